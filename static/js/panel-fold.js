/**
 * <panel-fold panel remembers [folded]>: whether the panel of that id is beside the page. The key of its name and the
 * buttons [data-fold=panel] and [data-unfold=panel] change it, another key together with the settings. Remembered in this
 * browser; `folded` is how it is at first, and in a narrow window always.
 */
import { flagOf } from "./frame.js";
import { onKeys } from "./keys.js";
import { remember, remembered } from "./remember.js";

const ROOMY = matchMedia("(min-width: 1200px)");
const LARGE = matchMedia("(min-width: 992px)");

class PanelFold extends HTMLElement {
  #noKeys = null;

  connectedCallback() {
    for (const name of ["click", "showpanels"]) document.addEventListener(name, this);
    const acts = { [this.#name]: () => this.#pressed(() => (this.isFolded = !this.isFolded)), panels: () => this.#pressed(() => this.#both()) };
    this.#noKeys = onKeys(this, acts, { page: true });
    this.#put(!ROOMY.matches || flagOf(remembered(this.getAttribute("remembers")), this.hasAttribute("folded")));
  }

  disconnectedCallback() {
    for (const name of ["click", "showpanels"]) document.removeEventListener(name, this);
    this.#noKeys();
  }

  handleEvent(event) {
    if (event.type === "showpanels") this.isFolded = !event.detail;
    else this.#clicked(event.target);
  }

  get #name() {
    return this.getAttribute("panel");
  }

  get #shell() {
    return this.closest(".shell");
  }

  get isFolded() {
    return this.#shell.classList.contains(`is-without-${this.#name}`);
  }

  set isFolded(isIt) {
    move(this.#shell);
    this.#put(isIt);
    remember(this.getAttribute("remembers"), isIt);
  }

  #put(isIt) {
    this.#shell.classList.toggle(`is-without-${this.#name}`, isIt);
  }

  #clicked(target) {
    const isToFold = Boolean(target.closest(`[data-fold=${this.#name}]`));
    if (!isToFold && !target.closest(`[data-unfold=${this.#name}]`)) return;
    this.isFolded = isToFold;
    document.querySelector(`[data-${isToFold ? "unfold" : "fold"}=${this.#name}]`)?.focus();
  }

  /** On a phone it is a drawer, which has buttons of its own. */
  #pressed(act) {
    if (!LARGE.matches) return false;
    act();
    return undefined;
  }

  /** Where any is there, none; else all. */
  #both() {
    const hasSettings = this.#shell.querySelector("panel-grip") && !this.#shell.classList.contains("is-wide");
    document.dispatchEvent(new CustomEvent("showpanels", { detail: this.isFolded && !hasSettings }));
  }
}

/** What is folded slides; at the beginning, and while an edge is dragged, nothing does. */
export function move(shell) {
  shell.classList.add("is-moving");
  setTimeout(() => shell.classList.remove("is-moving"), 250);
}

customElements.define("panel-fold", PanelFold);
