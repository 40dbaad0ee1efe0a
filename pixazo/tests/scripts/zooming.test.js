import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST, WHOLE, around, meaning, moved, outcome, within } from "../../../static/js/zooming.js";

const sizes = { stage: { width: 400, height: 300 }, picture: { width: 300, height: 300 } };

test("the place under the fingers stays where it is", () => {
  const at = { x: 100, y: -50 };
  const { zoom, x, y } = around(WHOLE, 2, at, sizes);
  assert.equal(zoom, 2);
  assert.deepEqual([(at.x - x) / zoom, (at.y - y) / zoom], [100, -50]);
});

test("it is never smaller than the whole, nor larger than eight times", () => {
  assert.deepEqual(around(WHOLE, 0.5, { x: 9, y: 9 }, sizes), WHOLE);
  assert.equal(around(WHOLE, 100, { x: 0, y: 0 }, sizes).zoom, MOST);
});

test("it is moved to its edges and no further", () => {
  const large = around(WHOLE, 2, { x: 0, y: 0 }, sizes);
  assert.deepEqual(moved(large, 9999, -9999, sizes), { zoom: 2, x: 100, y: -150 });
  assert.deepEqual(within({ zoom: 1.2, x: 50, y: 0 }, sizes), { zoom: 1.2, x: 0, y: 0 }); // there is room beside it
});

test("a finger's way says what it means", () => {
  assert.equal(meaning(3, 3, true), "");
  assert.equal(meaning(-30, 10, true), "swipe");
  assert.equal(meaning(5, 30, true), "pull");
  assert.equal(meaning(5, 30, false), "scroll");
  assert.equal(meaning(5, -30, true), "scroll");
});

test("far or fast, it comes to something; else it goes back", () => {
  assert.equal(outcome("swipe", -150, 0, 900, 390), "next");
  assert.equal(outcome("swipe", 60, 0, 60, 390), "previous");
  assert.equal(outcome("swipe", 60, 0, 900, 390), "");
  assert.equal(outcome("pull", 0, 150, 900, 390), "close");
  assert.equal(outcome("pull", 0, 60, 900, 390), "");
  assert.equal(outcome("scroll", 0, 400, 100, 390), "");
});
