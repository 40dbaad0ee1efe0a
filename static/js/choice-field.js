/**
 * <choice-field name>: one of a few values that the contract lists, such as schedulers; hidden where it lists
 * none. The first one is the model's own.
 */
import { Setting } from "./setting.js";
import { translate, within } from "./texts.js";

// The contract says what there is; a label is what people read.
const OPTIONS = {
  scheduler: ({ scheduler_choices: schedulers }) => (schedulers.length ? [["", translate("The model's own")], ...schedulers.map(({ name, label }) => [name, label])] : []),
  scale: ({ parameters: { scale } }) => (scale ? choices(scale).map((times) => [String(times), `× ${times}`]) : []),
};

function choices({ enum: listed, min, max, step }) {
  return listed.length ? listed : Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, place) => min + place * step);
}

class ChoiceField extends Setting {
  #options = [];
  #usual = "";
  #isWanted = true;

  connectedCallback() {
    this.addEventListener("change", () => this.tell(""));
  }

  set model(model) {
    const before = this.#select.value;
    this.#options = OPTIONS[this.#name](model);
    this.#usual = String(model.parameters[this.#name]?.default ?? "");
    this.#select.replaceChildren(...this.#options.map(([value, label]) => new Option(label, value)));
    const fits = this.#options.some(([value]) => value === before);
    this.#select.value = before && fits ? before : this.#usual;
    this.show(this.#isUsed);
  }

  set isWanted(isWanted) {
    this.#isWanted = isWanted;
    this.show(this.#isUsed);
  }

  get values() {
    return this.#isUsed ? { [this.#name]: this.#select.value } : {};
  }

  fill(values) {
    const value = values[this.#name];
    if (this.#options.some(([each]) => each === String(value ?? ""))) this.#select.value = String(value ?? "");
    this.tell("");
  }

  reset() {
    this.#select.value = this.#usual;
    this.tell("");
  }

  get lasting() {
    return this.#isUsed && this.#select.value !== this.#usual ? this.values : {};
  }

  get words() {
    if (!this.#isUsed || this.#select.value === this.#usual) return [];
    return [`${within(this.#label)} ${this.#select.selectedOptions[0].text}`];
  }

  changed(before) {
    const value = before[this.#name];
    if (!value || !this.#isWanted || (this.#isUsed && value === this.#select.value)) return "";
    if (!this.#isUsed) return translate("{setting} is not used", { setting: within(this.#label) });
    return `${within(this.#label)}: ${within(this.#select.selectedOptions[0].text)}`;
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
    this.#select.ariaInvalid = sentence ? "true" : null;
  }

  get #name() {
    return this.getAttribute("name");
  }

  get #isUsed() {
    return this.#options.length > 0 && this.#isWanted;
  }

  get #select() {
    return this.querySelector("select");
  }

  get #label() {
    return this.querySelector("label").textContent.trim();
  }
}

customElements.define("choice-field", ChoiceField);
