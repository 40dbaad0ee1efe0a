/**
 * <key-help go="{...}"><dialog><key-list></key-list></dialog></key-help>: shows the keys that work on this page, to be
 * searched and changed; and acts where a key is for every page: to other pages, to the search, to the last undo.
 */
import "./key-name.js";
import "./key-titles.js";
import { onKeys } from "./keys.js";
import "./choice-switch.js";

class KeyHelp extends HTMLElement {
  #noKeys = [];

  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("input", this);
    document.addEventListener("click", this);
    const go = JSON.parse(this.getAttribute("go"));
    const pages = Object.entries(go).map(([id, address]) => [id, () => location.assign(address)]);
    const acts = { ...Object.fromEntries(pages), search: () => this.#search() };
    this.#noKeys = [onKeys(this, acts, { page: true }), onKeys(this, { help: () => this.#toggle(), undo: () => this.#undo() }, { always: true })];
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    for (const stop of this.#noKeys) stop();
  }

  handleEvent(event) {
    const { type, target, currentTarget } = event;
    if (type === "input") void this.#show();
    else if (currentTarget === document) target.closest("[data-opens=keys]") && this.#toggle();
    else if (target === this.#dialog || target.closest("[data-do=close-keys]")) this.#dialog.close();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #field() {
    return this.querySelector("[type=search]");
  }

  get #list() {
    return this.querySelector("key-list");
  }

  #toggle() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#field.value = "";
    this.#dialog.showModal();
    void this.#show();
    return this.#field.focus();
  }

  /** The list comes with the first look at it; by then more may have been written. */
  async #show() {
    await import("./key-list.js");
    this.#list.show(this.#field.value);
  }

  #search() {
    const field = [...document.querySelectorAll("[data-search]")].find((each) => each.checkVisibility());
    if (!field) return false;
    field.focus();
    return true;
  }

  #undo() {
    const button = [...document.querySelectorAll("toast-shelf [data-undo]")].at(-1);
    if (!button) return false;
    button.click();
    return true;
  }
}

customElements.define("key-help", KeyHelp);
