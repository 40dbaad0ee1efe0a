/**
 * Keys as texts: "q", "Shift+s", "Ctrl+Enter", "g w" (one after the other). Ctrl stands for Cmd as well. No page, no listeners.
 */
import { translate } from "./texts.js";

const LONELY = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified", "Compose", "Fn"]);
const STEP = /^(Ctrl\+)?(Alt\+)?(Shift\+)?([^\s+\p{Lu}]|[A-Z][A-Za-z0-9]+)$/u;
// What closes, moves on or presses, and what browsers don't let a page have.
const KEPT = /^(Escape|Tab|Shift\+Tab|Enter|Shift\+Enter|F(1|5|11|12)|Ctrl\+(Shift\+)?[tnwrqcvijlpsf]|Ctrl\+[0-9]|Ctrl\+Tab|Alt\+(ArrowLeft|ArrowRight|F4))$/;

const isMac = () => /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "");

/** The text of a "keydown"; "" for a modifier alone and for what an input method is still composing. */
export function chordOf(event) {
  const { key, code = "", isComposing, keyCode } = event;
  if (isComposing || keyCode === 229 || !key || LONELY.has(key)) return "";
  const isOne = [...key].length === 1;
  let ctrl = event.ctrlKey || event.metaKey;
  let alt = event.altKey;
  // With AltGr (Windows tells it as Ctrl and Alt) or a Mac's Option a key writes another character.
  if (isOne && event.getModifierState?.("AltGraph")) ctrl = alt = false;
  else if (isOne && alt && !ctrl && isMac()) alt = false;
  const name = isOne ? character(key, code) : key;
  // Shift is part of how "?" is written; with letters and names it is a key of its own.
  const shift = event.shiftKey && (!isOne || /[\p{L} ]/u.test(key));
  return `${ctrl ? "Ctrl+" : ""}${alt ? "Alt+" : ""}${shift ? "Shift+" : ""}${name}`;
}

function character(key, code) {
  if (key === " ") return "Space";
  if (key === "+") return "Plus";
  // Who writes Greek or Cyrillic has the same keys by their places.
  if (/\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key) && /^Key[A-Z]$/.test(code)) return code[3].toLowerCase();
  return key.toLowerCase();
}

export function isChord(chord) {
  const steps = typeof chord === "string" ? chord.split(" ") : [];
  return (steps.length === 1 || steps.length === 2) && steps.every((step) => STEP.test(step));
}

/** Whether its first key writes something: WCAG 2.1.4 wants such keys to be switched off at will. */
export function isCharacter(chord) {
  const [first] = chord.split(" ");
  return /^(Shift\+)?([^+]|Plus)$/u.test(first);
}

export function isKept(chord) {
  return KEPT.test(chord);
}

export function hasModifier(chord) {
  return /^(Ctrl|Alt)\+/.test(chord);
}

/** Whether one is the other, or its beginning. */
export function collide(one, other) {
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

/** What its keys are called, for <kbd>; "then" stands between two that are pressed one after the other. */
export function namesOf(chord) {
  return chord.split(" ").flatMap((step, place) => [...(place ? ["then"] : []), ...step.split("+").map(nameOf)]);
}

function nameOf(key) {
  const names = {
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    Plus: "+",
    Ctrl: isMac() ? "⌘" : translate("Ctrl"),
    Alt: isMac() ? "⌥" : translate("Alt"),
    Shift: translate("Shift"),
    Space: translate("Space"),
    Enter: translate("Enter"),
    Escape: translate("Esc"),
    Delete: translate("Delete"),
    Backspace: translate("Backspace"),
  };
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** In one line, as a button's title has it. */
export function written(chord) {
  return namesOf(chord)
    .map((name) => (name === "then" ? translate("then") : name))
    .join(" ");
}
