/**
 * <panel-grip role="separator">: how wide the settings are, and whether they are there. By pointer, by arrow
 * keys, by double-click back to the usual; a key hides and shows them. Both are remembered.
 */
import { LEAST, MOST, clamped, widthOf } from "./frame.js";
import { onKeys } from "./keys.js";
import { move } from "./panel-fold.js";
import { remember, remembered } from "./remember.js";

class PanelGrip extends HTMLElement {
  #noKeys = null;

  connectedCallback() {
    for (const name of ["pointerdown", "keydown", "dblclick"]) this.addEventListener(name, this);
    this.#noKeys = onKeys(this, { settings: () => this.#slide(this.#shell.classList.contains("is-wide")) }, { page: true });
    document.addEventListener("click", this);
    document.addEventListener("showpanels", this);
    this.width = widthOf(remembered("sidebar_width"));
    this.#show(remembered("sidebar_hidden") !== "yes");
  }

  disconnectedCallback() {
    this.#noKeys();
    document.removeEventListener("click", this);
    document.removeEventListener("showpanels", this);
  }

  handleEvent(event) {
    if (event.type === "showpanels") this.#slide(event.detail);
    else if (event.type === "click") this.#clicked(event.target);
    else if (event.type === "dblclick") this.width = LEAST;
    else if (event.type === "pointerdown") this.#drag(event);
    else this.#key(event);
  }

  get width() {
    return Number(this.ariaValueNow);
  }

  set width(pixels) {
    const width = clamped(pixels);
    this.ariaValueNow = String(width);
    document.documentElement.style.setProperty("--px-left", `${width}px`);
    remember("sidebar_width", width);
  }

  get #shell() {
    return this.closest(".shell");
  }

  #drag(event) {
    if (event.button) return;
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    const offset = this.width - event.clientX;
    const move = ({ clientX }) => (this.width = clientX + offset);
    this.addEventListener("pointermove", move);
    this.addEventListener("lostpointercapture", () => this.removeEventListener("pointermove", move), { once: true });
  }

  #key(event) {
    const to = { ArrowLeft: this.width - 10, ArrowRight: this.width + 10, Home: LEAST, End: MOST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.width = to;
  }

  #clicked(target) {
    if (target.closest("[data-hide-panel]")) {
      this.#slide(false);
      document.querySelector("[data-show-panel]").focus();
    } else if (target.closest("[data-show-panel]")) {
      this.#slide(true);
      document.querySelector("[data-hide-panel]").focus();
    }
  }

  #slide(isShown) {
    move(this.#shell);
    this.#show(isShown);
  }

  #show(isShown) {
    this.#shell.classList.toggle("is-wide", !isShown);
    document.querySelector("[data-show-panel]").hidden = isShown;
    remember("sidebar_hidden", isShown ? "no" : "yes");
  }
}

customElements.define("panel-grip", PanelGrip);
