import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST, keep, kept, together } from "../../../static/js/notices.js";

const notice = (text) => ({ text, kind: "good", at: "2026-01-01T00:00:00Z" });

test("the newest is first, and only so many are kept", () => {
  let notices = [];
  for (let number = 0; number < MOST + 5; number += 1) notices = keep(notices, notice(`message ${number}`));
  assert.equal(notices.length, MOST);
  assert.equal(notices[0].text, `message ${MOST + 4}`);
});

test("the same words again move up", () => {
  const notices = keep([notice("one"), notice("two")], notice("two"));
  assert.deepEqual(notices.map(({ text }) => text), ["two", "one"]);
});

test("what was stored by something else is nothing", () => {
  for (const stored of [null, "", "{", "7", '{"a": 1}', '[{"text": 1, "at": "x"}]', "[null]"]) assert.deepEqual(kept(stored), []);
});

test("this browser's own and the account's stand together, the newest first", () => {
  const told = [
    { id: "1", text: "bob mentioned you", link: "/there/", created: "2026-01-02T00:00:00Z", seen: null },
    { id: "2", text: "older", link: "/here/", created: "2025-12-31T00:00:00Z", seen: null },
  ];
  const all = together([notice("own")], told);
  assert.deepEqual(all.map(({ text }) => text), ["bob mentioned you", "own", "older"]);
  assert.equal(all[0].link, "/there/");
  assert.equal(together(Array.from({ length: MOST }, () => notice("own")), told).length, MOST);
});
