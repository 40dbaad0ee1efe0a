import assert from "node:assert/strict";
import { test } from "node:test";

import { insertion } from "../../../static/js/inserting.js";

const put = (text, start, end, words) => {
  const found = insertion(text, start, end, words);
  return text.slice(0, found.start) + found.text + text.slice(found.end);
};

test("words come where the caret is, apart from their neighbours", () => {
  assert.equal(put("", 0, 0, "a fox"), "a fox");
  assert.equal(put("Make warmer", 4, 4, "a fox"), "Make a fox warmer");
  assert.equal(put("Make warmer", 5, 5, "a fox"), "Make a fox warmer");
  assert.equal(put("Like this:", 10, 10, "a fox"), "Like this: a fox");
  assert.equal(put("Is it?", 5, 5, "a fox"), "Is it a fox?");
});

test("what is marked gives way to them", () => {
  assert.equal(put("Make this warmer", 5, 9, "a fox"), "Make a fox warmer");
});
