import assert from "node:assert/strict";
import { test } from "node:test";

import { SHORTCUTS, shown } from "../../../static/js/shortcuts.js";

test("only what works on the page is shown", () => {
  const areas = shown((selector) => selector === "body" || selector === "queue-drawer").map(([area]) => area);
  assert.deepEqual(areas, ["Anywhere"]);
});

test("all words are sought, in areas, keys and what they do", () => {
  const found = shown(() => true, "gallery trash").flatMap(([, entries]) => entries);
  assert.deepEqual(found.map(({ does }) => does), ["Into the trash, or back from it"]);
  assert.deepEqual(shown(() => true, "nothing of the kind"), []);
});

test("no two entries of one area have the same keys", () => {
  const names = SHORTCUTS.map(({ area, keys, where }) => `${area} ${where} ${keys.join("+")}`);
  assert.equal(new Set(names).size, names.length);
});
