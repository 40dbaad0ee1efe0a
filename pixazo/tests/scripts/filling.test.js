import assert from "node:assert/strict";
import { test } from "node:test";

import { filled, isGiven } from "../../../static/js/filling.js";

test("what a page has once is filled in for one thing", () => {
  assert.equal(filled("More for image {number}", { number: "2" }), "More for image 2");
  assert.equal(filled("{price}, {price}", { price: "1 unit" }), "1 unit, 1 unit");
  assert.equal(filled("what is {not} known", { number: "2" }), "what is {not} known");
});

test("an address names the one thing", () => {
  const address = "/w/studio/images/00000000-0000-0000-0000-000000000000/share/?of={key}";
  assert.equal(filled(address, { key: "7f" }), "/w/studio/images/7f/share/?of=7f");
  assert.equal(filled(address, {}), address);
});

test("what was filled in is not filled in again", () => {
  assert.equal(filled("{words}", { words: "{number}", number: "2" }), "{number}");
});

test("a part is there where all that it needs is given", () => {
  const may = new Set(["draw", "change"]);
  assert.ok(isGiven("", may));
  assert.ok(isGiven("change", may));
  assert.ok(isGiven("change draw", may));
  assert.ok(!isGiven("change held", may));
});
