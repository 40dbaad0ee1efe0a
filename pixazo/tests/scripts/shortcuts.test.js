import assert from "node:assert/strict";
import { test } from "node:test";

import { chordOf, isCharacter, isChord, namesOf } from "../../../static/js/chords.js";
import { SHORTCUTS, clash, isAllowed, keysOf, problem, shown, withKeys, withUsual } from "../../../static/js/shortcuts.js";

const press = (key, more = {}) => chordOf({ key, getModifierState: () => false, ...more });
const named = (id) => SHORTCUTS.find((entry) => entry.id === id);

test("a key's text does not depend on how it is written", () => {
  assert.equal(press("q"), "q");
  assert.equal(press("S", { shiftKey: true }), "Shift+s");
  assert.equal(press("S"), "s"); // with Caps Lock
  assert.equal(press("?", { shiftKey: true }), "?");
  assert.equal(press("Enter", { metaKey: true, shiftKey: true }), "Ctrl+Shift+Enter");
  assert.equal(press(" "), "Space");
  assert.equal(press("ArrowUp", { altKey: true }), "Alt+ArrowUp");
});

test("what AltGr writes is a character", () => {
  assert.equal(press("[", { ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" }), "[");
});

test("the same keys on a Cyrillic keyboard", () => {
  assert.equal(press("й", { code: "KeyQ" }), "q");
  assert.equal(press("ü", { code: "BracketLeft" }), "ü");
});

test("nothing while an input method composes, nor for a modifier alone", () => {
  assert.equal(press("a", { isComposing: true }), "");
  assert.equal(press("Process", { keyCode: 229 }), "");
  assert.equal(press("Shift", { shiftKey: true }), "");
  assert.equal(press("Dead"), "");
});

test("single letters are those that write", () => {
  const characters = ["q", "?", "Shift+s", "g w", "5", "Plus"];
  assert.deepEqual(characters.filter(isCharacter), characters);
  assert.deepEqual(["Ctrl+a", "Space", "Delete", "Alt+ArrowUp", "ArrowLeft"].filter(isCharacter), []);
  assert.equal(isAllowed("q", false), false);
  assert.equal(isAllowed("Ctrl+Enter", false), true);
});

test("every usual key is a key, and none is meant twice", () => {
  for (const { id, keys = [] } of SHORTCUTS) {
    for (const chord of keys) {
      assert.ok(isChord(chord), chord);
      assert.equal(clash(id, chord), null, `${id}: ${chord}`);
      assert.equal(problem(id, chord), "");
    }
  }
  const ids = SHORTCUTS.map(({ id }) => id).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length);
});

test("only what works on the page is shown", () => {
  const areas = shown(({ where }) => where === "body" || where === "queue-drawer").map(([area]) => area);
  assert.deepEqual(areas, ["Anywhere", "Queue"]);
});

test("all words are sought, in areas, keys and what they do", () => {
  const found = shown(() => true, "gallery trash").flatMap(([, entries]) => entries);
  assert.deepEqual(found.map(({ does }) => does), ["Into the trash, or back from it"]);
  assert.deepEqual(shown(() => true, "nothing of the kind"), []);
});

test("a person's own key is shown and found; nonsense in its place is not", () => {
  assert.deepEqual(keysOf("queue", { queue: "Ctrl+k" }), ["Ctrl+k"]);
  assert.deepEqual(keysOf("queue", { queue: "" }), []);
  assert.deepEqual(keysOf("queue", { queue: "++" }), ["q"]);
  assert.deepEqual(keysOf("queue", { constructor: "x" }), ["q"]);
  assert.deepEqual(keysOf("rate", { rate: "x" }), ["0", "1", "2", "3", "4", "5"]);
  assert.deepEqual(shown(() => true, "Ctrl+k", { queue: "Ctrl+k" }).map(([area]) => area), ["Queue"]);
});

test("a key that is taken is told, and taking it leaves the other without", () => {
  assert.equal(clash("star", "q"), named("queue"));
  assert.equal(clash("star", "g"), named("to-workspaces")); // it begins "g w"
  assert.equal(clash("details", "s"), null); // the gallery's, never on top together
  assert.deepEqual(withKeys({}, "star", "q"), { queue: "", star: "q" });
  assert.deepEqual(withKeys({ star: "y" }, "star", "s"), {});
});

test("the usual key comes back from whoever was given it", () => {
  assert.deepEqual(withUsual({ star: "q", queue: "" }, "queue"), {});
  assert.deepEqual(withUsual({ star: "y", tag: "s" }, "star"), {});
});

test("what browsers keep, and what would be written into the prompt, is refused", () => {
  assert.match(problem("star", "Ctrl+t"), /keep/);
  assert.match(problem("star", "Tab"), /keep/);
  assert.match(problem("generate", "e"), /Ctrl or Alt/);
  assert.equal(problem("generate", "Alt+e"), "");
});

test("keys have names", () => {
  assert.deepEqual(namesOf("g w"), ["G", "then", "W"]);
  assert.deepEqual(namesOf("Ctrl+ArrowUp").at(-1), "↑");
});
