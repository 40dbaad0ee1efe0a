import assert from "node:assert/strict";
import { test } from "node:test";

import { weigh } from "../../../static/js/weighing.js";

test("selected words get a weight, and stay selected", () => {
  assert.deepEqual(weigh("a red house", 2, 5, 1), { text: "a (red:1.1) house", start: 3, end: 6 });
});

test("without a selection it is the word at the caret", () => {
  assert.deepEqual(weigh("a red house", 3, 3, -1), { text: "a (red:0.9) house", start: 3, end: 6 });
});

test("a weight that is there goes on from where it is", () => {
  const heavier = weigh("a (red:1.1) house", 3, 6, 1);
  assert.equal(heavier.text, "a (red:1.2) house");
  assert.equal(weigh(heavier.text, heavier.start, heavier.end, -2).text, "a red house");
});

test("several words are one", () => {
  assert.equal(weigh("a red house, night", 2, 11, 1).text, "a (red house:1.1), night");
  assert.equal(weigh("a  red ", 1, 7, 1).text, "a  (red:1.1) ");
});

test("weights end where the server ends them", () => {
  assert.equal(weigh("(red:2)", 1, 4, 1).text, "(red:2)");
  assert.equal(weigh("(red:0.1)", 1, 4, -1).text, "(red:0.1)");
});

test("between words nothing happens", () => {
  assert.deepEqual(weigh("a , b", 2, 2, 1), { text: "a , b", start: 2, end: 2 });
});
