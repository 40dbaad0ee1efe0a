/** <theme-field>: the base prompt that goes before every prompt. */
import { Setting } from "./setting.js";

class ThemeField extends Setting {
  get values() {
    return { theme: this.#select.value };
  }

  fill({ theme }) {
    if (theme === undefined) return;
    this.#select.value = this.#has(theme) ? theme : "";
  }

  reset() {
    this.#select.value = this.#usual;
  }

  get lasting() {
    return this.#select.value === this.#usual ? {} : this.values;
  }

  /** In the place of one that has gone stands the workspace's own, not none. */
  recall({ theme }) {
    if (this.#has(theme)) this.fill({ theme });
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
  }

  get #usual() {
    return this.#select.querySelector("[selected]")?.value ?? "";
  }

  #has(theme) {
    return [...this.#select.options].some(({ value }) => value === theme);
  }

  get #select() {
    return this.querySelector("select");
  }
}

customElements.define("theme-field", ThemeField);
