import assert from "node:assert/strict";
import { test } from "node:test";

import { inSlices } from "../../../static/js/in-slices.js";

/** Work that takes this long for each part, by a clock of its own; how much was done each time others had their turn. */
async function worked(t, parts, milliseconds) {
  let clock = 0;
  t.mock.method(performance, "now", () => clock);
  const done = [];
  const turns = [];
  t.mock.method(globalThis, "setTimeout", (go) => {
    turns.push(done.length);
    setImmediate(go);
  });
  for await (const part of inSlices(parts)) {
    done.push(part);
    clock += milliseconds;
  }
  return { done, turns };
}

test("every part comes, in its order, and others have their turn between", async (t) => {
  const { done, turns } = await worked(t, [1, 2, 3, 4, 5, 6], 4);
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(turns, [2, 4]);
});

test("one long part is not followed by another in the same turn", async (t) => {
  const { turns } = await worked(t, [1, 2, 3], 40);
  assert.deepEqual(turns, [1, 2]);
});

test("what takes no time is done at once", async (t) => {
  const { done, turns } = await worked(t, [1, 2, 3], 0);
  assert.deepEqual(done, [1, 2, 3]);
  assert.deepEqual(turns, []);
});
