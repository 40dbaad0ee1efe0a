import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf, marksOf } from "../../../static/js/model-search.js";

const model = (name, maker, more = {}) => ({ name, maker, units: 1, modes: ["text"], references: 0, is_local: maker === "This site", ...more });
const CONTRACTS = {
  starter: model("Starter", "This site", { modes: ["text", "image", "inpaint"] }),
  quick: model("Quick", "This site"),
  cloud: model("Cloud XL", "Far away", { units: 4, needs_key: true }),
  sky: model("Sky", "Far away", { references: 3 }),
  sea: model("Sea", "Far away"),
  sun: model("Sun", "Elsewhere", { is_troubled: true }),
};
const names = (groups) => groups.map(({ label, models }) => [label, ...models.map(({ slug }) => slug)].join(" "));

test("models stand under who makes their pictures, in the order they came", () => {
  assert.deepEqual(names(groupsOf(CONTRACTS)), ["This site starter quick", "Far away cloud sky sea", "Elsewhere sun"]);
});

test("those used last come first, three of them, and only those that are there", () => {
  const groups = groupsOf(CONTRACTS, ["gone", "sky", "starter", "sun", "sea"]);
  assert.equal(names(groups)[0], "Recent sky starter sun");
  assert.equal(groups.length, 4);
});

test("each typed word narrows: by name, maker, cost, and what it does", () => {
  assert.deepEqual(names(groupsOf(CONTRACTS, ["sky"], "far")), ["Far away cloud sky sea"]);
  assert.deepEqual(names(groupsOf(CONTRACTS, [], "FAR cl")), ["Far away cloud"]);
  assert.deepEqual(names(groupsOf(CONTRACTS, [], "4 units")), ["Far away cloud"]);
  assert.deepEqual(names(groupsOf(CONTRACTS, [], "repaints")), ["This site starter"]);
  assert.deepEqual(groupsOf(CONTRACTS, [], "nothing such"), []);
});

test("marks say what stands in the way first", () => {
  assert.deepEqual(marksOf(CONTRACTS.starter), ["drawn here", "from pictures, repaints"]);
  assert.deepEqual(marksOf(CONTRACTS.cloud), ["needs a key", "by a service"]);
  assert.deepEqual(marksOf(CONTRACTS.sun), ["could not be loaded of late", "by a service"]);
  assert.deepEqual(marksOf(CONTRACTS.sky), ["by a service", "looks at 3 references"]);
});
