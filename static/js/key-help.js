/**
 * <key-help go="{...}"><dialog></dialog></key-help>: "?" shows the keys that work on this page, to be searched; "g" and a
 * letter go to other pages, "/" to the search, "q" to the queue. Nothing of this acts while somebody writes.
 */
import { shown } from "./shortcuts.js";

const SOON = 1200; // milliseconds between "g" and its letter

class KeyHelp extends HTMLElement {
  #begun = 0; // when "g" was pressed

  connectedCallback() {
    document.addEventListener("keydown", this);
    document.addEventListener("click", this);
    this.#dialog.addEventListener("input", this);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "keydown") this.#key(event);
    else if (event.type === "input") this.#draw(event.target.value);
    else if (event.target.closest("[data-opens=keys]")) this.#open();
    else if (event.target.closest("[data-do=close-keys]")) this.#dialog.close();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  #key(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target.closest?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") && key !== "q") return;
    const page = performance.now() - this.#begun < SOON && JSON.parse(this.getAttribute("go"))[key];
    this.#begun = 0;
    if (page) location.assign(page);
    else if (key === "g") this.#begun = performance.now();
    else if (key === "?") this.#open();
    else if (key === "q") document.dispatchEvent(new CustomEvent("openqueue"));
    else if (key === "/" && document.querySelector("[data-search]")) document.querySelector("[data-search]").focus();
    else return;
    if (key !== "g") event.preventDefault();
  }

  #open() {
    const field = this.querySelector("input");
    field.value = "";
    this.#draw("");
    this.#dialog.showModal();
    field.focus();
  }

  #draw(sought) {
    const groups = shown((selector) => document.querySelector(selector), sought).map(([area, entries]) => {
      const group = document.createElement("section");
      const heading = group.appendChild(document.createElement("h3"));
      heading.className = "t-label mt-3 mb-1";
      heading.textContent = area;
      const list = group.appendChild(document.createElement("dl"));
      list.className = "keys mb-0";
      for (const { keys, does } of entries) {
        list.appendChild(document.createElement("dt")).append(...keys.map(keyOf));
        list.appendChild(document.createElement("dd")).textContent = does;
      }
      return group;
    });
    this.querySelector("[data-keys]").replaceChildren(...groups);
    this.querySelector("[data-no-keys]").hidden = groups.length > 0;
  }
}

function keyOf(key) {
  const name = document.createElement(key === "then" ? "span" : "kbd");
  name.textContent = key;
  return name;
}

customElements.define("key-help", KeyHelp);
