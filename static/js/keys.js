/**
 * The one listener for keys: `onKeys(host, { action: run })` says what an action of shortcuts.js does here. It knows each
 * person's own keys, that single letters may be switched off, that nobody wants them while writing, and which layer is on top.
 */
import { chordOf, isCharacter } from "./chords.js";
import { preferred } from "./preferences.js";
import { isAllowed, keysOf } from "./shortcuts.js";

const SOON = 1200; // milliseconds between "g" and its letter
const FIELD = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit], [type=color]), textarea, select, [contenteditable]:not([contenteditable=false])";
const LAYER = "dialog:modal, .modal.show, [popover]:popover-open";

const registered = new Set();
let bound = null; // keys -> actions
let begun = { chord: "", at: 0 }; // the first of two keys that come one after the other

/**
 * @param {Element} host where they work: inside it, and in a dialog of its own while that is on top
 * @param {Record<string, (event: KeyboardEvent) => unknown>} acts `false` from one leaves the key to others
 * @param {{ page?: boolean, always?: boolean, writing?: boolean }} [where] `page`: on the whole page while no layer lies
 * over it; `always`: over every layer, too; `writing`: also while somebody writes
 * @returns {() => void} what ends it
 */
export function onKeys(host, acts, where = {}) {
  const entry = { host, acts, ...where };
  registered.add(entry);
  bound = null;
  return () => registered.delete(entry);
}

/** An action's keys as they are now. */
export function keysNow(id) {
  return keysOf(id, preferred("key_map") ?? {}).filter((chord) => isAllowed(chord, hasLetters()));
}

export function hasLetters() {
  return preferred("letter_keys") !== false;
}

function pressed(event) {
  const chord = event.defaultPrevented ? "" : chordOf(event);
  if (!chord) return;
  const first = event.timeStamp - begun.at < SOON ? begun.chord : "";
  begun = { chord: "", at: 0 };
  const sequence = first && `${first} ${chord}`;
  if ((sequence && act(sequence, event)) || act(chord, event)) event.preventDefault();
  else if (begins(chord) && !isWriting(event)) begun = { chord, at: event.timeStamp };
}

function act(chord, event) {
  if (!isAllowed(chord, hasLetters())) return false;
  if (event.repeat && isCharacter(chord)) return false;
  const ids = actions().get(chord) ?? [];
  const writing = isWriting(event);
  const top = topOf(event.target);
  const here = [...registered].filter((entry) => (!writing || entry.writing) && isLive(entry, event.target, top));
  // What is nearest to the focus comes first.
  here.sort((one, other) => Number(other.host.contains(event.target)) - Number(one.host.contains(event.target)));
  return here.some(({ acts }) => ids.some((id) => acts[id] && acts[id](event) !== false));
}

function actions() {
  if (bound) return bound;
  bound = new Map();
  const ids = new Set([...registered].flatMap(({ acts }) => Object.keys(acts)));
  for (const id of ids) for (const chord of keysOf(id, preferred("key_map") ?? {})) bound.set(chord, [...(bound.get(chord) ?? []), id]);
  return bound;
}

function begins(chord) {
  return isAllowed(chord, hasLetters()) && [...actions().keys()].some((each) => each.startsWith(`${chord} `));
}

function isWriting({ target }) {
  return Boolean(target.closest?.(FIELD));
}

function topOf(target) {
  return target.closest?.(LAYER) ?? [...document.querySelectorAll(LAYER)].at(-1) ?? null;
}

function isLive({ host, page, always }, target, top) {
  if (always) return true;
  if (top) return host.contains(top) || top.contains(host);
  return Boolean(page) || host.contains(target);
}

document.addEventListener("keydown", pressed);
document.addEventListener("preferencechange", ({ detail }) => detail.key === "key_map" && (bound = null));
