/**
 * <model-picker recent="slug slug">: the models under who makes their pictures, found by typing and by arrow keys.
 *
 * The value stays that of the select, which is the whole picker while scripts are missing; its "change" tells.
 */
import { groupsOf, marksOf, unitsOf } from "./model-search.js";
import { plural, translate } from "./texts.js";

const GAP = 4;

class ModelPicker extends HTMLElement {
  #contracts = {};
  #active = null; // the option that Enter takes

  connectedCallback() {
    this.#contracts = JSON.parse(document.getElementById("contracts").textContent);
    for (const name of ["click", "keydown", "input"]) this.addEventListener(name, this);
    // They don't bubble.
    for (const name of ["beforetoggle", "toggle"]) this.#popup.addEventListener(name, this);
    this.#list.addEventListener("pointermove", this);
    this.#select.hidden = true;
    this.#button.hidden = false;
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "beforetoggle") event.newState === "open" && this.#begin();
    else if (type === "toggle") this.#toggled(event.newState === "open");
    else if (type === "keydown") this.#key(event);
    else if (type === "input") this.#typed(event);
    else if (type === "pointermove") this.#activate(target.closest("[role=option]") ?? this.#active, { scroll: false });
    else if (target.closest("[role=option]")) this.#choose(target.closest("[role=option]"));
  }

  get #select() {
    return this.querySelector("select");
  }

  get #button() {
    return this.querySelector("[aria-haspopup]");
  }

  get #popup() {
    return this.querySelector("[popover]");
  }

  get #search() {
    return this.querySelector("[role=combobox]");
  }

  get #list() {
    return this.querySelector("[role=listbox]");
  }

  get #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  #begin() {
    this.#search.value = "";
    this.#draw();
  }

  #toggled(isOpen) {
    this.#button.ariaExpanded = String(isOpen);
    if (!isOpen) return;
    this.#place();
    const chosen = this.#options.find(({ ariaSelected }) => ariaSelected === "true");
    this.#activate(chosen ?? this.#options[0]);
    // A finger wants to see the models, not a keyboard over them.
    (matchMedia("(pointer: fine)").matches ? this.#search : this.#list).focus({ preventScroll: true });
  }

  #typed(event) {
    if (event.target !== this.#search) return;
    event.stopPropagation(); // It is none of the form's values.
    this.#draw();
    this.#activate(this.#options[0]);
  }

  #key(event) {
    const { key } = event;
    if (!this.#popup.matches(":popover-open")) {
      if (!["ArrowDown", "ArrowUp"].includes(key) || event.target !== this.#button) return;
      event.preventDefault();
      return this.#popup.showPopover();
    }
    const options = this.#options;
    const place = options.indexOf(this.#active);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: options.length - 1 }[key];
    if (key === "Escape") this.#close();
    else if (key === "Enter") this.#active && this.#choose(this.#active);
    else if (key === "Tab") return this.#close();
    else if (next === undefined) return event.stopPropagation(); // Letters are for the search.
    else if (options.length) this.#activate(options[(next + options.length) % options.length]);
    event.preventDefault();
    event.stopPropagation(); // A sheet around it stays open.
  }

  #choose(option) {
    const { slug } = option.dataset;
    this.#close();
    if (slug === this.#select.value) return;
    this.#select.value = slug;
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #close() {
    this.#popup.hidePopover();
    this.#button.focus({ preventScroll: true });
  }

  #activate(option, { scroll = true } = {}) {
    if (option === this.#active && option) return;
    this.#active?.classList.remove("is-active");
    this.#active = option ?? null;
    option?.classList.add("is-active");
    for (const field of [this.#search, this.#list]) {
      if (option) field.setAttribute("aria-activedescendant", option.id);
      else field.removeAttribute("aria-activedescendant");
    }
    if (scroll) option?.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const groups = groupsOf(this.#contracts, this.getAttribute("recent").split(" "), this.#search.value);
    this.#active = null;
    this.#list.replaceChildren(...groups.map((group, place) => this.#group(group, place)));
    const count = new Set(groups.flatMap(({ models }) => models.map(({ slug }) => slug))).size;
    const words = count ? "" : translate("No model fits “{words}”.", { words: this.#search.value.trim() });
    this.querySelector("[data-none]").textContent = words;
    this.querySelector("[data-count]").textContent = count ? plural("{count} model", "{count} models", count) : "";
  }

  #group({ label, models }, place) {
    const group = this.#part("group");
    const name = group.querySelector("[data-label]");
    name.id = `models-${place}`;
    name.textContent = label;
    group.setAttribute("aria-labelledby", name.id);
    group.append(...models.map((model) => this.#option(model, place)));
    return group;
  }

  #option(model, place) {
    const option = this.#part("option");
    option.id = `model-${place}-${model.slug}`;
    option.dataset.slug = model.slug;
    option.ariaSelected = String(model.slug === this.#select.value);
    option.querySelector("i").classList.add(model.is_local ? "bi-cpu" : "bi-cloud");
    option.querySelector("[data-name]").textContent = model.name;
    option.querySelector("[data-units]").textContent = unitsOf(model);
    option.querySelector("[data-marks]").textContent = marksOf(model).join(" · ");
    return option;
  }

  #part(name) {
    return this.querySelector(`template[data-part=${name}]`).content.firstElementChild.cloneNode(true);
  }

  /** Below the row, or above it where there is more room; on a phone its style says where. */
  #place() {
    const { style } = this.#popup;
    const row = this.#button.getBoundingClientRect();
    const below = innerHeight - row.bottom - 2 * GAP;
    const isBelow = below >= Math.min(this.#popup.scrollHeight, 320) || below >= row.top;
    style.setProperty("--left", `${row.left}px`);
    style.setProperty("--width", `${row.width}px`);
    style.setProperty("--top", isBelow ? `${row.bottom + GAP}px` : "auto");
    style.setProperty("--bottom", isBelow ? "auto" : `${innerHeight - row.top + GAP}px`);
    style.setProperty("--room", `${(isBelow ? below : row.top - 2 * GAP)}px`);
  }
}

customElements.define("model-picker", ModelPicker);
