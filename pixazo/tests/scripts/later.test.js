import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Later } from "../../../static/js/later.js";

function begin() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const done = [];
  return [new Later((name) => done.push(name)), done];
}

test("it is done once, after its time", () => {
  const [later, done] = begin();
  later.putOff("harbour", 800);
  mock.timers.tick(799);
  assert.deepEqual(done, []);
  mock.timers.tick(1);
  mock.timers.tick(5000);
  assert.deepEqual(done, ["harbour"]);
  mock.timers.reset();
});

test("each letter puts it off anew", () => {
  const [later, done] = begin();
  for (let letter = 0; letter < 5; letter += 1) {
    later.putOff("harbour", 800);
    mock.timers.tick(700);
  }
  assert.deepEqual(done, []);
  mock.timers.tick(100);
  assert.deepEqual(done, ["harbour"]);
  mock.timers.reset();
});

test("what is written in one topic holds up nothing of another", () => {
  const [later, done] = begin();
  later.putOff("harbour", 800);
  mock.timers.tick(500);
  later.putOff("coast", 800);
  mock.timers.tick(300);
  assert.deepEqual(done, ["harbour"]);
  mock.timers.tick(500);
  assert.deepEqual(done, ["harbour", "coast"]);
  mock.timers.reset();
});

test("what is stopped is not done, and can be put off again by its own work", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const done = [];
  const later = new Later((name) => {
    done.push(name);
    if (done.length < 2) later.putOff(name, 10_000); // the site did not answer
  });
  later.putOff("coast", 800);
  later.putOff("harbour", 800);
  later.stop("coast");
  mock.timers.tick(800);
  mock.timers.tick(10_000);
  assert.deepEqual(done, ["harbour", "harbour"]);
  later.putOff("harbour", 1);
  later.putOff("coast", 1);
  later.stopAll();
  mock.timers.tick(10);
  assert.equal(done.length, 2);
  mock.timers.reset();
});
