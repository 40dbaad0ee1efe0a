import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

// A page in miniature: elements know what they are in and what they match.
class Place {
  constructor(matches = [], inside = null) {
    Object.assign(this, { matches, inside });
  }
  contains(other) {
    for (let each = other; each; each = each.inside) if (each === this) return true;
    return false;
  }
  closest(selector) {
    for (let each = this; each; each = each.inside) if (each.matches.some((name) => selector.includes(name))) return each;
    return null;
  }
}

let layers = [];
let now = 0;

const page = Object.assign(new EventTarget(), {
  getElementById: (id) => (id === "preferences" ? { textContent: JSON.stringify({ letter_keys: true, key_map: {} }) } : null),
  querySelectorAll: () => layers,
  documentElement: { lang: "en" },
  cookie: "",
});
Object.assign(globalThis, { document: page, location: { href: "/" }, HTMLElement: class {}, customElements: { define() {} }, fetch: async () => new Response("{}") });
const { onKeys } = await import("../../../static/js/keys.js");
const { prefer } = await import("../../../static/js/preferences.js");
let ends = [];

async function open({ letter_keys = true, key_map = {} } = {}) {
  await Promise.all([prefer("letter_keys", letter_keys), prefer("key_map", key_map)]);
}

const keys = {
  onKeys(...given) {
    ends.push(onKeys(...given));
    return ends.at(-1);
  },
};

function press(key, target, more = {}) {
  const event = Object.assign(new Event("keydown", { cancelable: true }), { key, ...more });
  Object.defineProperty(event, "target", { value: target });
  Object.defineProperty(event, "timeStamp", { value: now });
  page.dispatchEvent(event);
  return event.defaultPrevented;
}

const body = new Place();
const said = [];
const acts = (...ids) => Object.fromEntries(ids.map((id) => [id, () => said.push(id)]));

beforeEach(() => {
  for (const end of ends) end();
  ends = [];
  layers = [];
  said.length = 0;
  now += 5000;
});

test("a key does its action on the page, and nothing while somebody writes", async () => {
  await open();
  keys.onKeys(new Place(), acts("queue"), { page: true });
  assert.equal(press("q", body), true);
  assert.equal(press("q", new Place(["textarea"])), false);
  assert.equal(press("q", body, { isComposing: true }), false);
  assert.deepEqual(said, ["queue"]);
});

test("what is meant for writing works there, too", async () => {
  await open();
  keys.onKeys(new Place(), acts("generate"), { page: true, writing: true });
  press("Enter", new Place(["textarea"]), { ctrlKey: true });
  assert.deepEqual(said, ["generate"]);
});

test("single letters can be switched off, others stay", async () => {
  await open({ letter_keys: false });
  keys.onKeys(new Place(), acts("queue", "generate", "to-gallery"), { page: true });
  press("q", body);
  press("g", body);
  press("g", body);
  press("Enter", body, { ctrlKey: true });
  assert.deepEqual(said, ["generate"]);
});

test("two keys, one soon after the other", async () => {
  await open();
  keys.onKeys(new Place(), acts("to-gallery", "to-workspaces"), { page: true });
  press("g", body);
  press("w", body);
  press("g", body);
  now += 5000;
  press("w", body);
  assert.deepEqual(said, ["to-workspaces"]);
});

test("a person's own key works in place of the usual one", async () => {
  await open({ key_map: { queue: "Ctrl+k" } });
  keys.onKeys(new Place(), acts("queue"), { page: true });
  press("q", body);
  assert.deepEqual(said, []);
  press("k", body, { ctrlKey: true });
  assert.deepEqual(said, ["queue"]);
});

test("a layer over the page has the keys, except for the help", async () => {
  await open();
  const dialog = new Place(["dialog:modal"]);
  const viewer = new Place();
  dialog.inside = viewer;
  keys.onKeys(new Place(), acts("queue"), { page: true });
  keys.onKeys(viewer, acts("details"));
  keys.onKeys(new Place(), acts("help"), { always: true });
  press("i", body); // the viewer is closed
  layers = [dialog];
  for (const key of ["q", "i", "?"]) press(key, new Place([], dialog));
  press("i", body); // the focus fell to the page
  assert.deepEqual(said, ["details", "help", "details"]);
});

test("whoever does not want a key leaves it, also to the browser", async () => {
  await open();
  keys.onKeys(new Place(), { star: () => false }, { page: true });
  assert.equal(press("s", body), false);
});

test("what was ended hears nothing", async () => {
  await open();
  keys.onKeys(new Place(), acts("queue"), { page: true })();
  press("q", body);
  assert.deepEqual(said, []);
});
