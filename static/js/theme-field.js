/** <theme-field>: the base prompt that goes before every prompt. */
import { Setting } from "./setting.js";

class ThemeField extends Setting {
  get values() {
    return { theme: this.#select.value };
  }

  fill({ theme }) {
    if (theme === undefined) return;
    this.#select.value = [...this.#select.options].some(({ value }) => value === theme) ? theme : "";
  }

  reset() {
    this.#select.value = this.#select.querySelector("[selected]")?.value ?? "";
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
  }

  get #select() {
    return this.querySelector("select");
  }
}

customElements.define("theme-field", ThemeField);
