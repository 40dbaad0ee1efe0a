import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { LongTouch } from "../../../static/js/long-touch.js";

const at = (clientX, clientY) => ({ clientX, clientY });

function begin() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const held = [];
  return [new LongTouch((what) => held.push(what)), held];
}

test("a finger that rests is told once, though it trembles", () => {
  const [touch, held] = begin();
  touch.begin(at(100, 100), "boat");
  touch.move(at(106, 105));
  mock.timers.tick(499);
  assert.deepEqual(held, []);
  mock.timers.tick(1);
  touch.end();
  mock.timers.tick(5000);
  assert.deepEqual(held, ["boat"]);
  mock.timers.reset();
});

test("one that scrolls or only taps is not", () => {
  const [touch, held] = begin();
  touch.begin(at(100, 100), "boat");
  touch.move(at(100, 111));
  mock.timers.tick(5000);
  touch.begin(at(100, 100), "boat");
  touch.end();
  touch.move(at(0, 0));
  mock.timers.tick(5000);
  assert.deepEqual(held, []);
  mock.timers.reset();
});

test("the next touch begins anew", () => {
  const [touch, held] = begin();
  touch.begin(at(100, 100), "boat");
  mock.timers.tick(300);
  touch.begin(at(10, 10), "castle");
  mock.timers.tick(499);
  assert.deepEqual(held, []);
  mock.timers.tick(1);
  assert.deepEqual(held, ["castle"]);
  mock.timers.reset();
});
