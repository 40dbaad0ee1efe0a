import assert from "node:assert/strict";
import { test } from "node:test";

import { LEAST, MOST, USUAL, centred, fitted, inside, placeOf, resized, sizeOf, snapped } from "../../../static/js/chat-place.js";

const DESK = { width: 1440, height: 900 };

test("a size that was kept is within 300 by 200 and 600 by 800", () => {
  assert.deepEqual(sizeOf('{"width": 450, "height": 610.4}'), { width: 450, height: 610 });
  assert.deepEqual(sizeOf('{"width": 1, "height": -5}'), LEAST);
  assert.deepEqual(sizeOf('{"width": 601, "height": 1e9}'), MOST);
  assert.deepEqual([LEAST, MOST], [{ width: 300, height: 200 }, { width: 600, height: 800 }]);
});

test("whoever has none, or nonsense, gets 400 by 500", () => {
  for (const stored of [null, "", "null", "400", "{", "[]", '{"width": 400}', '{"width": "400", "height": 500}', '{"width": null, "height": 1}']) {
    assert.deepEqual(sizeOf(stored), { width: 400, height: 500 });
  }
});

test("a place is two numbers, or none", () => {
  assert.deepEqual(placeOf('{"x": 12.4, "y": -3}'), { x: 12, y: -3 });
  for (const stored of [null, "", "{}", '{"x": 1}', '{"x": "1", "y": 2}', "true"]) assert.equal(placeOf(stored), null);
});

test("the first time it is in the middle", () => {
  assert.deepEqual(centred(USUAL, DESK), { x: 520, y: 200 });
});

test("it can't be lost beyond an edge", () => {
  assert.deepEqual(inside({ x: -50, y: -1 }, USUAL, DESK), { x: 0, y: 0 });
  assert.deepEqual(inside({ x: 5000, y: 5000 }, USUAL, DESK), { x: 1040, y: 400 });
  assert.deepEqual(inside({ x: 700, y: 300 }, USUAL, DESK), { x: 700, y: 300 });
});

test("it comes back when the browser shrinks, and its header is seen in the smallest", () => {
  assert.deepEqual(inside({ x: 1040, y: 400 }, USUAL, { width: 1000, height: 700 }), { x: 600, y: 200 });
  assert.deepEqual(inside({ x: 40, y: 40 }, LEAST, { width: 200, height: 100 }), { x: 0, y: 0 });
});

test("it is no larger than there is room, and never smaller than it may be", () => {
  assert.deepEqual(fitted(MOST, { width: 1000, height: 640 }), { width: 600, height: 640 });
  assert.deepEqual(fitted(MOST, { width: 100, height: 100 }), LEAST);
});

test("near an edge it snaps to it, elsewhere it stays", () => {
  assert.deepEqual(snapped({ x: 20, y: 30 }, USUAL, DESK), { x: 12, y: 12 });
  assert.deepEqual(snapped({ x: 1030, y: 395 }, USUAL, DESK), { x: 1028, y: 388 });
  assert.deepEqual(snapped({ x: 500, y: 200 }, USUAL, DESK), { x: 500, y: 200 });
});

test("each side that is drawn leaves the one across where it was", () => {
  const box = { x: 500, y: 200, ...USUAL };
  assert.deepEqual(resized(box, "se", { x: 50, y: 60 }, DESK), { x: 500, y: 200, width: 450, height: 560 });
  assert.deepEqual(resized(box, "nw", { x: -50, y: -60 }, DESK), { x: 450, y: 140, width: 450, height: 560 });
  assert.deepEqual(resized(box, "w", { x: 50, y: 99 }, DESK), { x: 550, y: 200, width: 350, height: 500 });
});

test("no side goes beyond the limits, nor beyond the window", () => {
  const box = { x: 500, y: 200, ...USUAL };
  assert.deepEqual(resized(box, "nw", { x: 500, y: 900 }, DESK), { x: 600, y: 500, ...LEAST });
  assert.deepEqual(resized(box, "se", { x: 900, y: 150 }, DESK), { x: 500, y: 200, width: 600, height: 650 });
  assert.deepEqual(resized(box, "s", { x: 0, y: 900 }, DESK), { x: 500, y: 200, width: 400, height: 700 });
  assert.deepEqual(resized({ ...box, x: 10 }, "w", { x: -90, y: 0 }, DESK), { x: 0, y: 200, width: 410, height: 500 });
});
