import assert from "node:assert/strict";
import { test } from "node:test";

let KeyPress;
globalThis.HTMLElement = class {};
globalThis.customElements = { define: (name, element) => (KeyPress = element) };
globalThis.CSS = { escape: (text) => text };
await import("../../../static/js/key-press.js");

/** What this key does to a button and to a field, while the button has the focus. */
function pressed(key, more = {}) {
  const done = [];
  const button = { matches: () => false, click: () => done.push("let in") };
  const field = { matches: () => true, focus: () => done.push("write") };
  const known = { '[data-press="l"]': button, '[data-press="r"]': field };
  const desk = Object.assign(new KeyPress(), { querySelector: (selector) => known[selector] });
  desk.handleEvent({ type: "keydown", key, target: button, preventDefault: () => {}, ...more });
  return done;
}

test("a key presses what bears it, or leads to where one writes", () => {
  assert.deepEqual(pressed("L"), ["let in"]);
  assert.deepEqual(pressed("r"), ["write"]);
  assert.deepEqual(pressed("q"), []);
  assert.deepEqual(pressed("l", { ctrlKey: true }), []);
});

test("a key that is held decides about one, and not about the next that comes", () => {
  assert.deepEqual(pressed("l", { repeat: true }), []);
});
