/**
 * <style-picker>: a preset of prompt parts and settings. Choosing one fills in what it holds; its words are laid
 * around the prompt by the server, and "Final text" shows them.
 */
import { Setting } from "./setting.js";

const FEW = 4; // tiles before "All"

class StylePicker extends Setting {
  connectedCallback() {
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    this.#fold(true);
  }

  handleEvent({ type, target }) {
    if (type === "click" && target.closest("[data-do=all]")) this.#fold(!this.#isFolded);
    if (type !== "change") return;
    const held = JSON.parse(target.dataset.settings || "{}");
    if (Object.keys(held).length) document.dispatchEvent(new CustomEvent("reuse", { detail: { ...held, style: target.value } }));
    this.#draw();
  }

  get values() {
    return { style: this.#chosen?.value ?? "" };
  }

  fill({ style }) {
    if (style === undefined) return;
    const radio = this.querySelector(`input[value="${CSS.escape(style)}"]`) ?? this.querySelector('input[value=""]');
    if (radio) radio.checked = true;
    this.#draw();
  }

  reset() {
    this.fill({ style: "" });
  }

  get lasting() {
    return this.values.style ? this.values : {};
  }

  /** Before it is made like a newer version: unfolded it stays so. */
  renewing(fresh) {
    if (this.#isFolded) return;
    const button = fresh.querySelector("[data-do=all]");
    if (button) Object.assign(button, { ariaExpanded: "true", textContent: button.dataset.few });
  }

  /** What people read for the chosen one. */
  get name() {
    return this.#chosen?.value ? this.#chosen.labels[0].textContent.trim() : "";
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
  }

  get #chosen() {
    return this.querySelector("input:checked");
  }

  get #tiles() {
    return [...this.querySelectorAll(".look > div")];
  }

  get #isFolded() {
    return this.querySelector("[data-do=all]")?.ariaExpanded === "false";
  }

  #fold(isFolded) {
    const button = this.querySelector("[data-do=all]");
    if (!button) return;
    button.ariaExpanded = String(!isFolded);
    button.textContent = isFolded ? button.dataset.all : button.dataset.few;
    this.#draw();
  }

  /** Folded, the first few are seen, and the chosen one wherever it stands. */
  #draw() {
    this.tell("");
    const tiles = this.#tiles;
    const chosen = tiles.findIndex((tile) => tile.contains(this.#chosen));
    const last = chosen >= FEW ? FEW - 2 : FEW - 1;
    tiles.forEach((tile, place) => (tile.hidden = this.#isFolded && place > last && place !== chosen));
  }
}

customElements.define("style-picker", StylePicker);
