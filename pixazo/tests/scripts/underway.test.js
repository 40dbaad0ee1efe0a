import assert from "node:assert/strict";
import { test } from "node:test";

import { Underway } from "../../../static/js/underway.js";

test("a second press while the first is on its way asks nothing", async () => {
  const underway = new Underway();
  const asked = [];
  let answer;
  const first = underway.run("/queue/pause/", () => {
    asked.push("first");
    return new Promise((resolve) => (answer = resolve));
  });
  assert.ok(underway.has("/queue/pause/"));
  assert.equal(await underway.run("/queue/pause/", () => asked.push("second")), false);
  assert.equal(await underway.run("/queue/clear/", () => asked.push("other")), true);
  answer();
  assert.equal(await first, true);
  assert.equal(await underway.run("/queue/pause/", () => asked.push("third")), true);
  assert.deepEqual(asked, ["first", "other", "third"]);
});

test("what went wrong is over as well", async () => {
  const underway = new Underway();
  await assert.rejects(underway.run("/queue/pause/", () => Promise.reject(new Error("refused"))));
  assert.ok(!underway.has("/queue/pause/"));
  assert.equal(await underway.run("/queue/pause/", () => {}), true);
});
