import assert from "node:assert/strict";
import { test } from "node:test";
import { onceAsked } from "../../../static/js/when-asked.js";

function world({ load } = {}) {
  const page = new EventTarget();
  const said = [];
  let isThere = false;
  const link = { click: () => said.push("clicked again") };
  const fetch = async () => {
    said.push("fetched");
    isThere = true;
  };
  onceAsked("a.open", () => isThere, load ?? fetch, page);
  const click = (options = {}) => {
    const event = new Event("click", { cancelable: true });
    Object.defineProperty(event, "target", { value: { closest: (selector) => (selector === (options.on ?? "a.open") ? link : null) } });
    Object.assign(event, { button: 0, ...options });
    page.dispatchEvent(event);
    return event;
  };
  return { click, said };
}

const soon = () => new Promise((done) => setTimeout(done));

test("a click before the module is there fetches it and is made again", async () => {
  const { click, said } = world();
  assert.equal(click().defaultPrevented, true);
  await soon();
  assert.deepEqual(said, ["fetched", "clicked again"]);
});

test("once it is there it is left to itself", async () => {
  const { click, said } = world();
  click();
  await soon();
  assert.equal(click().defaultPrevented, false);
  assert.deepEqual(said, ["fetched", "clicked again"]);
});

test("other clicks, and those that open a tab, are nobody's business", () => {
  const { click, said } = world();
  assert.equal(click({ on: "button" }).defaultPrevented, false);
  assert.equal(click({ ctrlKey: true }).defaultPrevented, false);
  assert.equal(click({ button: 1 }).defaultPrevented, false);
  assert.deepEqual(said, []);
});

test("where it can't be had, the click does what it does without it", () => {
  const failed = { finally: (act) => act() }; // and the page tells of what nobody has caught
  const { click, said } = world({ load: () => failed });
  click();
  assert.deepEqual(said, ["clicked again"]);
  assert.equal(click().defaultPrevented, false);
});
