import assert from "node:assert/strict";
import { test } from "node:test";

const asked = [];
const dialog = {
  querySelector: () => ({}),
  querySelectorAll: () => ["settings", "image"].map((value) => ({ value, focus() {} })),
  showModal: () => asked.push("shown"),
  addEventListener: (_, resolve) => setTimeout(resolve),
};
globalThis.document = { documentElement: {}, getElementById: () => null, querySelector: () => dialog };

const { choose } = await import("../../../static/js/picture-chooser.js");

test("where there is one way only, nothing is asked", async () => {
  assert.equal(await choose("", ["image"], null), "image");
  assert.equal(await choose("", [], null), "");
  assert.deepEqual(asked, []);
});

test("settings never take the form's place unasked", async () => {
  assert.equal(await choose("", ["settings"], { source: "pixazo", settings: {} }), "");
  assert.deepEqual(asked, ["shown"]);
});
