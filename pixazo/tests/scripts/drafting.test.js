import assert from "node:assert/strict";
import { test } from "node:test";

import { beginning, unsentOf, wordsLeft } from "../../../static/js/drafting.js";

test("the site's draft is shown where nothing is unsent", () => {
  assert.deepEqual(beginning({ prompt: "a fox", version: 3 }, null), { prompt: "a fox", isUnsent: false, aside: null });
});

test("what was written offline goes before the version that it was written on", () => {
  assert.deepEqual(beginning({ prompt: "a fox", version: 3 }, { prompt: "a red fox", version: 3, sent: [] }), { prompt: "a red fox", isUnsent: true, aside: null });
});

test("what another device wrote since is shown, and what is unsent put aside", () => {
  assert.deepEqual(beginning({ prompt: "a boat", version: 4 }, { prompt: "a red fox", version: 3, sent: [] }), { prompt: "a boat", isUnsent: false, aside: "a red fox" });
});

test("what arrived although the page was left is no conflict", () => {
  assert.deepEqual(beginning({ prompt: "a red fox", version: 4 }, { prompt: "a red fox", version: 3, sent: [] }), { prompt: "a red fox", isUnsent: false, aside: null });
});

test("nothing there can be lost to what is unsent", () => {
  assert.deepEqual(beginning({ prompt: "", version: 5 }, { prompt: "a fox", version: 2, sent: [] }), { prompt: "a fox", isUnsent: true, aside: null });
});

test("what arrived, and whose answer was lost, is no conflict with what was written on", () => {
  const unsent = { prompt: "a red fox", version: 3, sent: ["a fox", "a re"] };
  for (const prompt of unsent.sent) assert.deepEqual(beginning({ prompt, version: 4 }, unsent), { prompt: "a red fox", isUnsent: true, aside: null });
  assert.deepEqual(beginning({ prompt: "a boat", version: 4 }, unsent), { prompt: "a boat", isUnsent: false, aside: "a red fox" });
});

test("what was stored by something else is nothing", () => {
  for (const stored of [null, undefined, "", "{", "7", "null", "[]", '{"prompt": 1, "version": 1}', '{"prompt": "a"}']) assert.equal(unsentOf(stored), null);
  assert.deepEqual(unsentOf('{"prompt": "a", "version": 0}'), { prompt: "a", version: 0, sent: [] });
  assert.deepEqual(unsentOf('{"prompt": "a", "version": 0, "sent": ["b"]}'), { prompt: "a", version: 0, sent: ["b"] });
  assert.deepEqual(unsentOf('{"prompt": "a", "version": 0, "sent": "b"}'), { prompt: "a", version: 0, sent: [] });
});

test("whoever may only look gets back what they wrote last, until they put it away", () => {
  assert.equal(wordsLeft("a fox", null, null), "a fox");
  assert.equal(wordsLeft("a fox", { prompt: "a red fox", version: 3 }, null), "a red fox");
  assert.equal(wordsLeft("a fox", { prompt: "a red fox", version: 3 }, "a fox"), "a red fox");
  assert.equal(wordsLeft("a fox", null, "a fox"), "");
  assert.equal(wordsLeft(" ", null, null), "");
});
