import assert from "node:assert/strict";
import { test } from "node:test";

const listeners = new Map();
let KeyName;
globalThis.HTMLElement = class {};
globalThis.customElements = { define: (_, element) => (KeyName = element) };
globalThis.CustomEvent = class { constructor(type, { detail }) { Object.assign(this, { type, detail }); } };
globalThis.document = {
  documentElement: {},
  getElementById: () => null, // a visitor
  addEventListener: (name, act) => listeners.set(name, [...(listeners.get(name) ?? []), act]),
  dispatchEvent: (event) => (listeners.get(event.type) ?? []).forEach((act) => (act.handleEvent ? act.handleEvent(event) : act(event))),
};
const kept = new Map();
globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };

const { prefer } = await import("../../../static/js/preferences.js");
await import("../../../static/js/key-name.js");

function shown(action) {
  const kbd = { textContent: "usual" };
  const element = Object.assign(new KeyName(), { getAttribute: () => action, querySelector: () => kbd });
  element.connectedCallback();
  return { element, kbd };
}

test("it says the key that a person has, also after they changed it, and none where it is off", async () => {
  const { element, kbd } = shown("vote-skip");
  assert.deepEqual([kbd.textContent, element.hidden], ["S", false]);
  await prefer("key_map", { "vote-skip": "Ctrl+k" });
  assert.deepEqual([kbd.textContent, element.hidden], ["Ctrl K", false]);
  await prefer("key_map", { "vote-skip": "" });
  assert.equal(element.hidden, true);
  await prefer("key_map", {});
  assert.equal(element.hidden, false);
  await prefer("letter_keys", false);
  assert.equal(element.hidden, true);
});
