import assert from "node:assert/strict";
import { test } from "node:test";
import { nearlyGone, tooMany } from "../../../static/js/units-words.js";

test("as long as there is plenty nothing is said", () => {
  assert.equal(nearlyGone({ left: 3, daily: 10 }), "");
  assert.equal(tooMany({ cost: 3, left: 3 }, "in 2 h"), "");
  assert.equal(nearlyGone({ left: Infinity, daily: Infinity }), "");
});

test("at four fifths a hint says what is left and when there is more", () => {
  assert.equal(nearlyGone({ left: 2, daily: 10 }), "2 of 10 units left today. New ones come at 00:00 UTC.");
});

test("what is too much says so; what is gone says when there is more and what works meanwhile", () => {
  assert.equal(tooMany({ cost: 4, left: 2.5 }, "in 2 h"), "This takes 4 units, you have 2.5 left today. New ones come at 00:00 UTC, in 2 h.");
  assert.equal(tooMany({ cost: 1, left: 0 }, "in 2 h"), "Today's units are used up. New ones come at 00:00 UTC, in 2 h. The gallery, saved prompts and downloads work as always.");
});
