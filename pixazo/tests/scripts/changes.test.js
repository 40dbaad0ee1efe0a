import assert from "node:assert/strict";
import { test } from "node:test";

import { Changes } from "../../../static/js/changes.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

function gathered(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const calls = [];
  const changes = new Changes((names) => new Promise((resolve, reject) => calls.push({ names, resolve, reject })));
  return { changes, calls, pass: () => t.mock.timers.tick(100) };
}

test("many events become one request, each name once", (t) => {
  const { changes, calls, pass } = gathered(t);
  for (const name of ["a", "b", "a"]) changes.note(name);
  assert.equal(calls.length, 0);
  pass();
  assert.deepEqual(calls.map(({ names }) => names), [["a", "b"]]);
});

test("what changes while it is read is read once more, not at the same time", async (t) => {
  const { changes, calls, pass } = gathered(t);
  changes.note("a");
  pass();
  changes.note("a");
  changes.note("a");
  pass();
  assert.equal(calls.length, 1);
  calls[0].resolve();
  await settled();
  pass();
  assert.deepEqual(calls[1].names, ["a"]);
});

test("after a gap in what is told, what is on its way is asked for again", async (t) => {
  const { changes, calls, pass } = gathered(t);
  changes.note("a");
  pass();
  changes.again();
  calls[0].resolve();
  await settled();
  pass();
  assert.deepEqual(calls[1].names, ["a"]);
});

test("a long list comes in parts, and a failure does not end it", async (t) => {
  const { changes, calls, pass } = gathered(t);
  const names = Array.from({ length: 30 }, (_, place) => `job-${place}`);
  names.forEach((name) => changes.note(name));
  const seen = [];
  for (let part = 0; part < 3; part++) {
    pass();
    seen.push(...calls[part].names);
    calls[part].resolve();
    await settled();
  }
  assert.deepEqual(seen, names);
});
