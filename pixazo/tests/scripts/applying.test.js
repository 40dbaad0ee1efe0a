import assert from "node:assert/strict";
import { test } from "node:test";

import { eachOnce, heldBefore, stillThere, valuesOf } from "../../../static/js/applying.js";

const prompt = { index: 0, name: "prompt", values: { prompt: "a fox, soft light" } };
const size = { index: 1, name: "size", values: { width: 768, height: 512 } };
const style = (index, id) => ({ index, name: "style", values: { style: id } });

test("what is taken is filled in at once, by the form's names", () => {
  assert.deepEqual(valuesOf([prompt, size]), { prompt: "a fox, soft light", width: 768, height: 512 });
});

test("of several for the same thing the first is taken", () => {
  const parts = [style(0, "ink"), prompt, style(2, "oil")];
  assert.deepEqual(eachOnce(parts), [parts[0], prompt]);
  assert.equal(valuesOf(parts).style, "ink");
});

test("an undo knows what was there, and touches nothing else", () => {
  const before = heldBefore(valuesOf([prompt, size]), { prompt: "a fox", width: "512", seed: "7" });
  assert.deepEqual(before, { prompt: "a fox", width: "512", height: "" });
});

test("a reason holds as long as the form does", () => {
  const parts = [prompt, size];
  assert.deepEqual(stillThere(parts, { prompt: "a fox, soft light, at dusk", width: "768", height: 512 }), parts);
  assert.deepEqual(stillThere(parts, { prompt: "a cat", width: "768", height: "512" }), [size]);
  assert.deepEqual(stillThere(parts, {}), []);
});
