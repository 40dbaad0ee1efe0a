/**
 * <size-picker>: width and height by ratio, by number, swapped, or with the ratio kept.
 *
 * A side that the model can't draw stays as it was typed and says what would do.
 */
import { hint } from "./hint.js";

class SizePicker extends HTMLElement {
  #contract = null; // { width, height: parameters, presets: { "3:2": [w, h] } }
  #ratio = 1;
  #told = "";

  connectedCallback() {
    for (const name of ["input", "change", "click", "keydown"]) this.addEventListener(name, this);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "click") return this.#press(target.closest("[data-do]")?.dataset.do);
    if (type === "keydown") return this.#step(event);
    this.#told = "";
    if (target.type === "radio") this.#choose(target.value);
    else if (type === "input") this.#typed(target);
    this.#draw();
  }

  set contract(contract) {
    const isUntouched = !this.#contract || !this.isChanged;
    this.#contract = contract;
    for (const name of ["width", "height"]) this.#field(name).readOnly = contract[name].fixed;
    for (const radio of this.#radios) {
      radio.disabled = !contract.presets[radio.value];
      radio.nextElementSibling.hidden = radio.disabled;
    }
    if (isUntouched || this.problem) this.value = this.#best;
    else this.value = this.value;
  }

  get value() {
    return { width: this.#number("width"), height: this.#number("height") };
  }

  set value({ width, height }) {
    this.#told = "";
    this.#field("width").value = width;
    this.#field("height").value = height;
    if (width && height) this.#ratio = width / height;
    this.#draw();
  }

  get isChanged() {
    return this.value.width !== this.#best.width || this.value.height !== this.#best.height;
  }

  get problem() {
    return this.#told || this.#problemOf("width") || this.#problemOf("height");
  }

  /** "3:2", or the numbers. */
  get summary() {
    const { width, height } = this.value;
    return this.#preset ?? `${width} × ${height}`;
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  get #best() {
    return { width: this.#contract.width.default, height: this.#contract.height.default };
  }

  get #radios() {
    return this.querySelectorAll("[type=radio]");
  }

  get #lock() {
    return this.querySelector("[data-do=lock]");
  }

  get #preset() {
    const { width, height } = this.value;
    return Object.entries(this.#contract.presets).find(([, [w, h]]) => w === width && h === height)?.[0];
  }

  #field(name) {
    return this.querySelector(`[name=${name}]`);
  }

  #number(name) {
    const text = this.#field(name).value.trim();
    return text === "" ? NaN : Number(text);
  }

  #press(action) {
    if (action === "lock") {
      const isLocked = this.#lock.ariaPressed !== "true";
      this.#lock.ariaPressed = String(isLocked);
      this.#lock.firstElementChild.className = isLocked ? "bi bi-lock-fill" : "bi bi-unlock";
      if (isLocked && !this.problem) this.#ratio = this.value.width / this.value.height;
    } else if (action === "swap") {
      const { width, height } = this.value;
      this.value = { width: height, height: width };
      this.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  #choose(name) {
    const [width, height] = this.#contract.presets[name];
    this.value = { width, height };
  }

  #typed(field) {
    if (this.#lock.ariaPressed !== "true" || this.#problemOf(field.name)) return;
    const other = field.name === "width" ? "height" : "width";
    const wanted = field.name === "width" ? this.#number("width") / this.#ratio : this.#number("height") * this.#ratio;
    const { min, max, step } = this.#contract[other];
    this.#field(other).value = Math.min(max, Math.max(min, Math.round(wanted / step) * step));
  }

  #step(event) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const { name, readOnly } = event.target;
    if (!by || !this.#contract[name] || readOnly || Number.isNaN(this.#number(name))) return;
    event.preventDefault();
    const { min, max, step } = this.#contract[name];
    const from = by > 0 ? Math.floor(this.#number(name) / step) : Math.ceil(this.#number(name) / step);
    event.target.value = Math.min(max, Math.max(min, (from + by) * step));
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #problemOf(name) {
    const { label, min, max, step, fixed } = this.#contract[name];
    const value = this.#number(name);
    const word = label ?? (name === "width" ? "Width" : "Height");
    if (fixed && value !== min) return `${word} is always ${min} for this model.`;
    if (!Number.isInteger(value)) return `${word} must be a whole number.`;
    if (value < min || value > max) return `${word} must be between ${min} and ${max} for this model.`;
    if (value % step) {
      const lower = Math.floor(value / step) * step;
      return `${word} goes in steps of ${step}: ${lower} or ${Math.min(lower + step, max)}.`;
    }
    return "";
  }

  #draw() {
    const preset = this.#preset;
    for (const radio of this.#radios) radio.checked = radio.value === preset;
    const { problem } = this;
    const fields = ["width", "height"].filter((name) => this.#told || this.#problemOf(name)).map((name) => this.#field(name));
    for (const name of ["width", "height"]) this.#field(name).ariaInvalid = null;
    hint(this.querySelector(".hint"), fields, { problem });
    this.querySelector("[data-megapixels]").textContent = problem ? "" : this.#megapixels();
  }

  #megapixels() {
    const area = this.value.width * this.value.height;
    const times = area / (this.#best.width * this.#best.height);
    const words = times > 0.85 && times < 1.15 ? "the model's best" : `${times.toFixed(1)} × its best`;
    return area < 95_000 ? words[0].toUpperCase() + words.slice(1) : `${(area / 1e6).toFixed(2)} MP, ${words}`;
  }
}

customElements.define("size-picker", SizePicker);
