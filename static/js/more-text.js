/** <more-text><p class="clamp-2"></p></more-text>: a clamped text that opens, where it is longer than its lines. */
import { translate } from "./texts.js";

class MoreText extends HTMLElement {
  static drawsItself = true;
  #watch = new ResizeObserver(() => this.#measure());
  #button = null;

  connectedCallback() {
    this.#watch.observe(this.#text);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  get #text() {
    return this.firstElementChild;
  }

  #measure() {
    const isOpen = this.#button?.ariaExpanded === "true";
    const isLong = isOpen || this.#text.scrollHeight > this.#text.clientHeight + 1;
    if (isLong && !this.#button) this.#addButton();
    if (this.#button) this.#button.hidden = !isLong;
  }

  #addButton() {
    this.#button = this.appendChild(document.createElement("button"));
    this.#button.type = "button";
    this.#button.className = "btn btn-link btn-sm p-0 border-0";
    this.#button.addEventListener("click", () => this.#open(this.#button.ariaExpanded !== "true"));
    this.#open(false);
  }

  #open(isOpen) {
    this.#text.classList.toggle("clamp-2", !isOpen);
    this.#button.ariaExpanded = String(isOpen);
    this.#button.textContent = isOpen ? translate("Show less") : translate("Show all");
  }
}

customElements.define("more-text", MoreText);
