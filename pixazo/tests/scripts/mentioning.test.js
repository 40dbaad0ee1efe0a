import assert from "node:assert/strict";
import { test } from "node:test";

import { naming, peopleFor } from "../../../static/js/mentioning.js";

const PEOPLE = [
  { name: "alice", full: "Alice Moon" },
  { name: "bob", full: "" },
  { name: "mo_2", full: "" },
];

const names = (before) => peopleFor(naming(before), PEOPLE).map(({ name }) => name);

test("an @ begins a name, also in the middle", () => {
  assert.deepEqual(names("@"), ["alice", "bob", "mo_2"]);
  assert.deepEqual(names("look, @BO"), ["bob"]);
  assert.deepEqual(names("(@mo_"), ["mo_2"]);
});

test("who begins with it comes first, by name or by full name", () => {
  assert.deepEqual(names("@mo"), ["alice", "mo_2"]);
  assert.deepEqual(names("@o"), ["alice", "bob", "mo_2"]);
});

test("addresses and finished names ask nothing", () => {
  for (const before of ["bob@exam", "https://example.org/@al", "@alice ", "@@al", "no name"]) assert.equal(naming(before), null);
});
