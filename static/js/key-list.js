/**
 * <key-list [everything]>: what keys do, by area, each to be changed. Shows what works on this page, or `everything`;
 * `show(words)` looks for words. What is changed is kept for the person, as the preference `key_map`.
 */
import { isAllowed, shown, withKeys, withUsual } from "./shortcuts.js";
import { hasLetters } from "./keys.js";
import { KeyEditor } from "./key-editor.js";
import { namesOf } from "./chords.js";
import { plural, translate } from "./texts.js";
import { prefer, preferred } from "./preferences.js";
import { say } from "./toast-shelf.js";

class KeyList extends HTMLElement {
  #sought = "";
  #editor = null;

  connectedCallback() {
    this.addEventListener("click", this);
    for (const name of ["keychosen", "keyleft"]) this.addEventListener(name, this);
    document.addEventListener("preferencechange", this);
    if (this.#isWhole) this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target, detail }) {
    if (type === "preferencechange") ["key_map", "letter_keys"].includes(detail.key) && this.#draw();
    else if (type === "keychosen") this.#choose(detail);
    else if (type === "keyleft") this.#edit("");
    else if (target.closest("[data-edit]")) this.#edit(target.closest("[data-edit]").dataset.edit);
    else if (target.closest("[data-do=usual-keys]")) this.#keep({}, translate("All keys are the usual ones again."));
  }

  show(sought) {
    this.#sought = sought;
    this.#editor = null;
    this.#draw();
  }

  get #isWhole() {
    return this.hasAttribute("everything");
  }

  get #map() {
    return preferred("key_map") ?? {};
  }

  /** Changed here, shown at once; what took a key from something else can be undone. */
  #keep(map, said) {
    const before = this.#map;
    prefer("key_map", map);
    say({ text: said, subject: "keys", seconds: 10, action: { label: translate("Undo"), run: () => prefer("key_map", before) } });
  }

  #choose({ id, chord, said }) {
    this.#editor = null;
    const map = chord === undefined ? withUsual(this.#map, id) : withKeys(this.#map, id, chord);
    this.#keep(map, said);
    this.#button(id)?.focus();
  }

  #edit(id) {
    const before = this.#editor;
    this.#editor = id || null;
    this.#draw();
    if (id) this.querySelector("key-editor input").focus();
    else if (before) this.#button(before)?.focus();
  }

  #button(id) {
    return this.querySelector(`[data-edit="${id}"]`);
  }

  #draw() {
    if (!this.querySelector("[data-keys]")) return;
    const letters = hasLetters();
    const works = ({ where, id, fixed }, keys) =>
      this.#isWhole || (document.querySelector(where) && (fixed || id === this.#editor || !keys.length || keys.some((chord) => isAllowed(chord, letters))));
    const areas = shown(works, this.#sought, this.#map);
    this.querySelector("[data-keys]").replaceChildren(...areas.map(([area, entries]) => this.#area(area, entries)));
    this.querySelector("[data-no-keys]").hidden = areas.length > 0;
    const changed = Object.keys(this.#map).length;
    this.querySelector("[data-changed]").hidden = !changed;
    this.querySelector("[data-changed-count]").textContent = plural("{count} key is your own.", "{count} keys are your own.", changed);
  }

  #area(area, entries) {
    const group = document.createElement("section");
    const heading = group.appendChild(document.createElement("h3"));
    heading.className = "t-label mt-3 mb-1";
    heading.textContent = area;
    const list = group.appendChild(document.createElement("dl"));
    list.className = "keys mb-0";
    for (const entry of entries) list.append(...this.#row(entry));
    return group;
  }

  #row({ id, keys, fixed, does }) {
    const name = document.createElement("dt");
    const alternatives = fixed ? [fixed.flatMap((chord) => namesOf(chord))] : keys.map(namesOf);
    alternatives.forEach((names, place) => name.append(...(place ? [word(translate("or"))] : []), ...names.map(keyOf)));
    if (!keys.length) name.append(translate("no key"));
    const what = document.createElement("dd");
    const said = what.appendChild(document.createElement("span"));
    said.textContent = does;
    if (!fixed) what.append(this.#editor === id ? KeyEditor.of({ id, keys, does }) : changeButton(id, does));
    return [name, what];
  }
}

function keyOf(key) {
  if (key === "then") return word(translate("then"));
  const name = document.createElement("kbd");
  name.textContent = key;
  return name;
}

function word(said) {
  const span = document.createElement("span");
  span.textContent = said;
  return span;
}

function changeButton(id, does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-icon btn-sm";
  button.dataset.edit = id;
  button.title = translate("Change the key");
  button.ariaLabel = translate("Change the key for: {what}", { what: does });
  const icon = button.appendChild(document.createElement("i"));
  icon.className = "bi bi-pencil";
  icon.ariaHidden = "true";
  return button;
}

customElements.define("key-list", KeyList);
