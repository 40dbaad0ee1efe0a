import assert from "node:assert/strict";
import { test } from "node:test";

import { ending, said, summary } from "../../../static/js/spoken.js";

const moved = (number, from, to, states, note = "") => said({ number, from, to, states, note });

test("a request of four says five things, whatever its steps", () => {
  const heard = [
    moved(1, "queued", "preparing", ["preparing", "queued", "queued", "queued"]),
    moved(1, "preparing", "running", ["running", "queued", "queued", "queued"]),
    moved(2, "preparing", "running", ["running", "running", "queued", "queued"]),
    moved(1, "running", "saving", ["saving", "running", "queued", "queued"]),
    moved(1, "saving", "succeeded", ["succeeded", "running", "queued", "queued"]),
    moved(2, "saving", "succeeded", ["succeeded", "succeeded", "queued", "queued"]),
    moved(3, "preparing", "running", ["succeeded", "succeeded", "running", "queued"]),
    moved(3, "running", "failed", ["succeeded", "succeeded", "failed", "queued"], "The model is too large."),
    moved(4, "preparing", "running", ["succeeded", "succeeded", "failed", "running"]),
    moved(4, "saving", "succeeded", ["succeeded", "succeeded", "failed", "succeeded"]),
  ].filter(Boolean);
  assert.deepEqual(heard, [
    "Drawing 4 pictures.",
    "Picture 1 of 4 is done.",
    "Picture 2 of 4 is done.",
    "Picture 3 failed: The model is too large.",
    "3 of 4 pictures are done, 1 failed.",
  ]);
});

test("a single picture says two", () => {
  assert.equal(moved(1, "preparing", "running", ["running"]), "Drawing 1 picture.");
  assert.equal(moved(1, "saving", "succeeded", ["succeeded"]), "1 picture is done.");
});

test("the last one that fails says why, and how the whole went", () => {
  assert.equal(moved(2, "running", "failed", ["succeeded", "failed"], "Too large."), "Picture 2 failed: Too large. 1 of 2 pictures are done, 1 failed.");
  assert.equal(moved(1, "running", "failed", ["failed"], "Too large."), "Picture 1 failed: Too large.");
});

test("the whole in one sentence", () => {
  assert.equal(summary(ending(["succeeded", "succeeded"])), "2 pictures are done.");
  assert.equal(summary(ending(["failed", "blocked"])), "2 pictures failed.");
  assert.equal(summary(ending(["succeeded", "cancelled"])), "1 of 2 pictures are done.");
  assert.equal(summary(ending(["cancelled"])), "Cancelled.");
});
