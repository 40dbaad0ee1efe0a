/** <seed-field>: where chance begins. Empty is random each time; the die rolls one that stays. */
import { hint } from "./hint.js";
import { Setting } from "./setting.js";
import { translate } from "./texts.js";

class SeedField extends Setting {
  #max = 2 ** 32 - 1;
  #told = "";

  connectedCallback() {
    for (const name of ["input", "change", "click"]) this.addEventListener(name, this);
  }

  handleEvent({ type, target }) {
    const action = type === "click" && target.closest("[data-do]")?.dataset.do;
    if (type === "click" && !action) return;
    if (action) {
      this.value = action === "roll" ? roll(this.#max) : "";
      this.dispatchEvent(new Event("change", { bubbles: true }));
      this.#field.focus();
    }
    this.#told = "";
    this.#draw();
  }

  set model({ seed }) {
    this.#max = seed.max;
    this.#draw();
  }

  get values() {
    return { seed: this.value };
  }

  fill(values) {
    if ("seed" in values) this.value = values.seed;
  }

  reset() {
    this.value = "";
  }

  get words() {
    return this.isChanged && !this.problem ? [translate("seed {seed}", { seed: this.value })] : [];
  }

  get value() {
    return this.#field.value.trim();
  }

  set value(value) {
    this.#told = "";
    this.#field.value = value;
    this.#draw();
  }

  get isChanged() {
    return this.value !== "";
  }

  get problem() {
    if (this.#told) return this.#told;
    if (this.value === "") return "";
    if (/^\d+$/.test(this.value) && Number(this.value) <= this.#max) return "";
    return translate("A whole number from 0 to {max}, or nothing for a random one.", { max: this.#max });
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  get #field() {
    return this.querySelector("input");
  }

  #draw() {
    this.querySelector("[data-do=clear]").hidden = !this.isChanged;
    hint(this.querySelector(".hint"), [this.#field], { problem: this.problem });
  }
}

function roll(max) {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return String(number % (max + 1));
}

customElements.define("seed-field", SeedField);
