import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement = class {};
globalThis.customElements = { define() {} };
globalThis.document ??= { querySelector: () => null, cookie: "" };
const { pause, waited } = await import("../../../static/js/order-wait.js");

test("it asks soon, then less and less often, and never rarer than each half minute", () => {
  const pauses = Array.from({ length: 20 }, (_, at) => pause(at));
  assert.ok(pauses[0] <= 2000);
  for (const [at, each] of pauses.slice(1).entries()) assert.ok(each >= pauses[at]);
  assert.equal(pauses.at(-1), 30_000);
});

test("what has gone by is the sum of its pauses", () => {
  assert.equal(waited(0), 0);
  assert.equal(waited(2), pause(0) + pause(1));
});
