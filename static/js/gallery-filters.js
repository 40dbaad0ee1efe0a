/**
 * <gallery-filters models><form></form></gallery-filters>: every state has an address; what is empty stays out of it. The
 * layout and the size of the pictures are this browser's own. Which models there are to filter by is asked for when the
 * filters are opened.
 */
import { Refusal, ask } from "./post.js";
import { remember, remembered } from "./remember.js";

class GalleryFilters extends HTMLElement {
  #hasModels = false;

  connectedCallback() {
    for (const name of ["submit", "change", "input", "click"]) this.addEventListener(name, this);
    this.#layout(remembered("gallery_layout") ?? "rows");
    const size = this.querySelector("[data-size]");
    size.value = remembered("gallery_size") ?? size.value;
    this.#size(size.value);
    document.addEventListener("click", this);
    this.querySelector("details").addEventListener("toggle", this); // it does not bubble
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    const { type, target } = event;
    const more = this.querySelector("details");
    if (type === "toggle") more.open && this.#fetchModels();
    else if (type === "submit") this.#go(event);
    else if (type === "change" && target.matches("[data-submits]")) this.#form.requestSubmit();
    else if (type === "input" && target.matches("[data-size]")) this.#size(target.value);
    else if (type === "click" && target.closest("[data-layout]")) this.#layout(target.closest("[data-layout]").dataset.layout);
    else if (type === "click" && event.currentTarget === document && !more.contains(target)) more.open = false;
  }

  get #form() {
    return this.querySelector("form");
  }

  #go(event) {
    event.preventDefault();
    const asked = [...new FormData(this.#form)].filter(([name, value]) => value && !(name === "order" && value === "newest"));
    location.search = new URLSearchParams(asked).toString();
  }

  /** Without them a name can be written as before. */
  async #fetchModels() {
    if (this.#hasModels) return;
    this.#hasModels = true;
    try {
      const page = new DOMParser().parseFromString(await (await ask(this.getAttribute("models"))).text(), "text/html");
      this.querySelector("datalist").replaceChildren(...page.querySelectorAll("option"));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#hasModels = false;
    }
  }

  #layout(layout) {
    for (const button of this.querySelectorAll("[data-layout]")) button.ariaPressed = String(button.dataset.layout === layout);
    document.documentElement.dataset.gallery = layout;
    remember("gallery_layout", layout);
  }

  /** The height of a row, in rem. */
  #size(size) {
    const rem = Math.min(24, Math.max(7, Number(size) || 13));
    document.documentElement.style.setProperty("--row", `${rem}rem`);
    remember("gallery_size", String(rem));
  }
}

customElements.define("gallery-filters", GalleryFilters);
