/**
 * <number-dial name>: a slider and a field for one number of the contract.
 *
 * A value beyond the range stays as it was typed and says the limit; a fixed value is locked and says why.
 */
import { hint } from "./hint.js";

class NumberDial extends HTMLElement {
  #parameter = null;
  #told = ""; // what the server said about this value

  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("change", this);
    this.addEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.type === "keydown") return this.#step(event);
    this.#told = "";
    if (event.target === this.#range) this.#field.value = this.#range.value;
    else if (event.type === "change" && this.problem === "") this.#field.value = this.value;
    this.#draw();
  }

  /** Of the contract: label, default, min, max, step, fixed, reason. Keeps the value if it still fits. */
  set parameter(parameter) {
    const isUntouched = !this.#parameter || !this.isChanged;
    this.#parameter = parameter;
    const { min, max, step, fixed } = parameter;
    Object.assign(this.#range, { min, max, step, disabled: fixed });
    this.#field.readOnly = fixed;
    this.querySelector("[data-lock]").hidden = !fixed;
    if (fixed || isUntouched || Number.isNaN(this.value)) this.value = parameter.default;
    else this.value = Math.min(max, Math.max(min, this.value));
  }

  get parameter() {
    return this.#parameter;
  }

  get value() {
    const text = this.#field.value.trim().replace(",", ".");
    return text === "" ? NaN : Number(text);
  }

  set value(value) {
    this.#told = "";
    this.#field.value = String(Number(Number(value).toFixed(2)));
    this.#draw();
  }

  get isChanged() {
    return this.value !== this.#parameter.default;
  }

  get label() {
    return this.querySelector("label").textContent.trim();
  }

  get problem() {
    const { min, max, fixed, reason } = this.#parameter;
    if (this.#told) return this.#told;
    if (fixed) return "";
    if (Number.isNaN(this.value)) return `${this.label} must be a number.`;
    if (this.#isWhole && !Number.isInteger(this.value)) return `${this.label} must be a whole number.`;
    if (this.value < min || this.value > max) return `${this.label} must be between ${min} and ${max} for this model. ${reason}`.trim();
    return "";
  }

  /** Show what the server refused. */
  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  get #range() {
    return this.querySelector("[type=range]");
  }

  get #field() {
    return this.querySelector(".form-control");
  }

  get #isWhole() {
    return this.#field.inputMode === "numeric";
  }

  #step(event) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || event.target !== this.#field || this.#parameter.fixed || Number.isNaN(this.value)) return;
    event.preventDefault();
    const { min, max, step } = this.#parameter;
    this.value = Math.min(max, Math.max(min, this.value + by * step));
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #draw() {
    const { problem } = this;
    if (!problem) this.#range.value = this.value;
    hint(this.querySelector(".hint"), [this.#field], { problem, help: this.#parameter.reason });
  }
}

customElements.define("number-dial", NumberDial);
