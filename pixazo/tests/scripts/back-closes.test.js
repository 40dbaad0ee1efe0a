import assert from "node:assert/strict";
import { test } from "node:test";

// A browser's history as far as it matters here: steps back come later, and tell.
const entries = [{ state: null, href: "https://site/w/coast/" }];
let place = 0;
const listeners = {};
let observe;

globalThis.location = { get href() { return entries[place].href; } };
globalThis.history = {
  get state() { return entries[place].state; },
  pushState(state, _, href = entries[place].href) {
    entries.splice(++place, Infinity, { state, href: new URL(href, entries[place - 1].href).href });
  },
  replaceState(state, _, href) { entries[place] = { state, href: new URL(href, entries[place].href).href }; },
  back() { setTimeout(step); },
};
globalThis.matchMedia = () => ({ matches: true });
globalThis.MutationObserver = class { constructor(seen) { observe = seen; } observe() {} };
globalThis.document = { documentElement: {}, addEventListener: (name, act) => (listeners[name] = act) };
globalThis.window = { addEventListener: (name, act) => (listeners[name] = act) };

let told = 0;
function step() {
  place -= 1;
  let isStopped = false;
  listeners.popstate({ stopImmediatePropagation: () => (isStopped = true) });
  if (!isStopped) told += 1;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function sheet() {
  const target = { isOpen: true, querySelector: () => ({ click: () => hide(target) }) };
  listeners["show.bs.offcanvas"]({ target });
  return target;
}

function hide(target) {
  target.isOpen = false;
  listeners["hide.bs.offcanvas"]({ target });
}

globalThis.document.dispatchEvent = ({ type }) => listeners[type]?.();
const { goTo, standAt } = await import("../../../static/js/address.js");
await import("../../../static/js/back-closes.js");

test("back closes the sheet and leaves the page where it is", () => {
  const target = sheet();
  assert.equal(place, 1);
  step();
  assert.deepEqual([target.isOpen, place, told], [false, 0, 0]);
});

test("a dialog that is closed by its button takes its entry along", async () => {
  const dialog = { localName: "dialog", open: true, matches: () => true, close() {} };
  observe([{ target: dialog }]);
  assert.equal(place, 1);
  dialog.open = false;
  observe([{ target: dialog }]);
  await settled();
  assert.deepEqual([place, told], [0, 0]);
});

test("the address that was chosen in a sheet stays when the sheet closes", async () => {
  const target = sheet();
  goTo("/w/coast/?topic=7");
  hide(target);
  await settled();
  assert.equal(location.href, "https://site/w/coast/?topic=7");
  assert.equal(told, 0);
  step();
  assert.equal(location.href, "https://site/w/coast/");
  assert.equal(told, 1);
});

test("what went away while a sheet was open is not come back to", async () => {
  goTo("/w/coast/?topic=8");
  const target = sheet();
  standAt("/w/coast/");
  step();
  assert.deepEqual([target.isOpen, location.href, told], [false, "https://site/w/coast/", 1]);
  assert.equal(entries[place].href, "https://site/w/coast/");
});
