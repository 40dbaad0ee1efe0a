import assert from "node:assert/strict";
import { test } from "node:test";

import { isSure } from "../../../static/js/sure.js";

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
  const purge = button("Delete for good", "Really?");
  assert.equal(isSure(purge), false);
  assert.equal(purge.textContent, "Really?");
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
