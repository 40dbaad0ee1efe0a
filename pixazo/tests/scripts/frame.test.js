import assert from "node:assert/strict";
import { test } from "node:test";

import { clamped, flagOf, widthOf } from "../../../static/js/frame.js";

test("a width is kept within 320 and 420 pixels", () => {
  assert.deepEqual(["320", "375.4", "420"].map(widthOf), [320, 375, 420]);
  assert.deepEqual(["0", "-5", "319", "421", "1e9", "Infinity", "-Infinity"].map(widthOf), [320, 320, 320, 420, 420, 420, 320]);
  assert.equal(clamped(400.6), 401);
});

test("what is no width is the usual one", () => {
  for (const stored of [null, undefined, "", "  ", "wide", "350px", "NaN", "{}", "null", 350]) assert.equal(widthOf(stored), 320);
});

test("only true and false are taken for yes and no", () => {
  assert.equal(flagOf("true", false), true);
  assert.equal(flagOf("false", true), false);
  for (const stored of [null, "", "yes", "1", "TRUE", "{}"]) {
    assert.equal(flagOf(stored, true), true);
    assert.equal(flagOf(stored, false), false);
  }
});
