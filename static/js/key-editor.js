/**
 * <key-editor>: takes the keys that are pressed in its field, says who has them already, and tells by "keychosen"
 * ({ id, chord, said }) what was chosen: "" is no key, undefined the usual one. "keyleft" when somebody thought better of it.
 */
import { chordOf, hasModifier, isChord, written } from "./chords.js";
import { preferred } from "./preferences.js";
import { clash, problem } from "./shortcuts.js";
import { translate } from "./texts.js";

const SOON = 1200; // milliseconds between two keys that are meant one after the other

export class KeyEditor extends HTMLElement {
  #chord = "";
  #at = 0;

  static of({ id, does }) {
    const editor = document.createElement("key-editor");
    Object.assign(editor, { id: "key-editor", action: id, does });
    return editor;
  }

  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("click", this);
    const isOwn = Object.hasOwn(this.#map, this.action);
    const field = document.createElement("input");
    Object.assign(field, { readOnly: true, className: "form-control form-control-sm", placeholder: translate("Press the new key"), autocomplete: "off" });
    field.ariaLabel = translate("New key for: {what}", { what: this.does });
    field.setAttribute("aria-describedby", "key-editor-note");
    const note = document.createElement("p");
    Object.assign(note, { id: "key-editor-note", className: "hint", role: "status" });
    const buttons = document.createElement("div");
    buttons.className = "d-flex flex-wrap gap-1 mt-2";
    buttons.append(button("save", translate("Save"), "btn-secondary"), button("none", translate("No key"), "btn-ghost"));
    if (isOwn) buttons.append(button("usual", translate("The usual one"), "btn-ghost"));
    buttons.append(button("leave", translate("Cancel"), "btn-ghost"));
    this.replaceChildren(field, note, buttons);
    this.#draw();
  }

  handleEvent(event) {
    if (event.type === "keydown") this.#key(event);
    else this.#do(event.target.closest("[data-do]")?.dataset.do);
  }

  get #map() {
    return preferred("key_map") ?? {};
  }

  #key(event) {
    if (event.key === "Escape") {
      event.preventDefault(); // The dialog around it stays open.
      event.stopPropagation();
      return this.#tell("keyleft");
    }
    if (event.target !== this.querySelector("input") || event.key === "Tab") return undefined;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter" && this.#chord) return this.#do("save");
    const chord = chordOf(event);
    if (!chord || event.repeat) return undefined;
    const isSecond = this.#chord && !this.#chord.includes(" ") && event.timeStamp - this.#at < SOON && !hasModifier(this.#chord) && !hasModifier(chord);
    this.#chord = isSecond && this.#chord !== chord ? `${this.#chord} ${chord}` : chord;
    this.#at = event.timeStamp;
    return this.#draw();
  }

  #draw() {
    const chord = this.#chord;
    this.querySelector("input").value = chord && written(chord);
    const wrong = chord && (isChord(chord) ? problem(this.action, chord) : translate("This key can't be used."));
    const other = chord && !wrong && clash(this.action, chord, this.#map);
    const save = this.querySelector("[data-do=save]");
    const isTaken = other && !other.id; // one that stays what it is
    save.disabled = !chord || Boolean(wrong) || Boolean(isTaken);
    save.textContent = other && !isTaken ? translate("Use it here") : translate("Save");
    const note = this.querySelector(".hint");
    note.classList.toggle("is-wrong", Boolean(wrong || isTaken));
    note.textContent = wrong || (isTaken ? translate("It already means: {what}.", { what: other.does }) : other ? translate("It now means: {what}. That would have no key.", { what: other.does }) : "");
  }

  #do(action) {
    const { action: id, does } = this;
    if (action === "save") this.#tell("keychosen", { id, chord: this.#chord, said: translate("{keys}: {what}", { keys: written(this.#chord), what: does }) });
    else if (action === "none") this.#tell("keychosen", { id, chord: "", said: translate("No key any more: {what}", { what: does }) });
    else if (action === "usual") this.#tell("keychosen", { id, chord: undefined, said: translate("The usual key again: {what}", { what: does }) });
    else if (action === "leave") this.#tell("keyleft");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

function button(action, label, look) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: `btn ${look} btn-sm`, textContent: label });
  made.dataset.do = action;
  return made;
}

customElements.define("key-editor", KeyEditor);
