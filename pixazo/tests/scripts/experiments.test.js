import assert from "node:assert/strict";
import { test } from "node:test";

import { byKey, byPress, swap } from "../../../static/js/arranging.js";
import { example, has, lines, parts, toggled } from "../../../static/js/axis-values.js";

test("a press puts a value in, another takes it out", () => {
  assert.equal(toggled("", "euler"), "euler");
  assert.equal(toggled("euler", "ddim"), "euler, ddim");
  assert.equal(toggled("euler, ddim", "Euler"), "ddim");
  assert.equal(toggled("ddim", "ddim"), "");
});

test("names with commas stand on lines of their own", () => {
  assert.equal(toggled("Ink", "Soft, warm light"), "Ink\nSoft, warm light");
  assert.equal(toggled("Ink\nSoft, warm light", "Ink"), "Soft, warm light");
});

test("values are read as the site reads them", () => {
  assert.deepEqual(parts(" a, b;c ,, "), ["a", "b", "c"]);
  assert.deepEqual(parts("a, b\nc\n"), ["a, b", "c"]);
  assert.ok(has("Pixel art, none", "pixel ART"));
  assert.ok(!has("Pixel art", "Pixel"));
});

test("each axis says what may be typed, prompts on several lines", () => {
  assert.match(example("num_inference_steps"), /step/);
  assert.match(example("lora:ink"), /step/);
  assert.equal(example("model"), "");
  assert.deepEqual([lines("prompt"), lines("seed")], [4, 1]);
});

test("arrow keys swap an axis with its neighbour, and stop at the ends", () => {
  assert.equal(byKey("ArrowRight", 0, 3), "01");
  assert.equal(byKey("ArrowLeft", 2, 3), "12");
  assert.equal(byKey("ArrowLeft", 0, 3), "");
  assert.equal(byKey("ArrowRight", 2, 3), "");
  assert.equal(byKey("a", 1, 3), "");
});

test("a press sends it on, from the last place to the first", () => {
  assert.equal(byPress(0, 2), "01");
  assert.equal(byPress(1, 2), "01");
  assert.equal(byPress(2, 3), "02");
  assert.equal(swap(1, 1), "");
});
