import assert from "node:assert/strict";
import { test } from "node:test";

const listeners = {};
globalThis.document = { getElementById: () => null, addEventListener: (name, act) => (listeners[name] = act) };

const { isSure } = await import("../../../static/js/sure.js");

function button(words, sure) {
  const attributes = new Set();
  return {
    textContent: words,
    dataset: sure ? { sure } : {},
    hasAttribute: (name) => attributes.has(name),
    setAttribute: (name) => attributes.add(name),
    removeAttribute: (name) => attributes.delete(name),
  };
}

test("what needs no asking counts at once", () => assert.equal(isSure(button("Star")), true));

test("the first press asks, the second counts, and after a while it is asked anew", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 10_000;
  context.mock.method(performance, "now", () => now);
  const purge = button("Delete for good", "Really?");
  assert.equal(isSure(purge), false);
  assert.equal(purge.textContent, "Really?");
  now += 599;
  assert.equal(isSure(purge), false, "that was a double click");
  now += 599;
  assert.equal(isSure(purge), false, "and that a third");
  now += 600;
  assert.equal(isSure(purge), true);
  context.mock.timers.tick(5000);
  assert.equal(purge.textContent, "Delete for good");
  assert.equal(isSure(purge), false);
});

test("words that came meanwhile stay", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const cancel = button("Cancel 3", "Cancel all 3?");
  isSure(cancel);
  cancel.textContent = "Cancel 2";
  context.mock.timers.tick(5000);
  assert.equal(cancel.textContent, "Cancel 2");
});

test("a key that is held presses once", () => {
  const pressed = (key, repeat, isAsking) => {
    let prevented = false;
    const target = { closest: (selector) => (selector === "[data-sure]" && isAsking ? {} : null) };
    listeners.keydown({ key, repeat, target, preventDefault: () => (prevented = true) });
    return prevented;
  };
  assert.equal(pressed("Enter", true, true), true);
  assert.equal(pressed("Enter", false, true), false);
  assert.equal(pressed("Enter", true, false), false);
});

test("what stands beside it stays where it is while it asks", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const purge = { ...button("Delete for good", "Really?"), style: {}, getBoundingClientRect: () => ({ width: 90 }) };
  isSure(purge);
  assert.equal(purge.style.minWidth, "90px");
  context.mock.timers.tick(60_000);
  assert.equal(purge.style.minWidth, "");
});
