/**
 * <number-dial name>: a slider and a field for one number of the contract, hidden where it is not used.
 *
 * A value beyond the range stays as it was typed and says the limit; a fixed value is locked and says why.
 */
import { hint } from "./hint.js";
import { Setting } from "./setting.js";
import { plain, translate, within } from "./texts.js";

class NumberDial extends Setting {
  #parameter = null;
  #isWanted = true;
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

  set model({ parameters }) {
    const known = parameters[this.#name];
    const parameter = known && known.used !== false ? known : null;
    const value = this.#parameter && this.isChanged ? this.value : NaN;
    this.#parameter = parameter;
    this.show(this.#isUsed);
    if (!parameter) return;
    const { min, max, step, fixed } = parameter;
    Object.assign(this.#range, { min, max, step, disabled: fixed });
    this.#field.readOnly = fixed;
    this.querySelector("[data-lock]").hidden = !fixed;
    this.value = fixed || Number.isNaN(value) ? parameter.default : Math.min(max, Math.max(min, value));
  }

  /** Whether this number says anything about what is being asked for. */
  set isWanted(isWanted) {
    this.#isWanted = isWanted;
    this.show(this.#isUsed);
    if (this.#parameter) this.#range.disabled = this.#parameter.fixed;
  }

  get parameter() {
    return this.#parameter;
  }

  get values() {
    return this.#isUsed ? { [this.#name]: this.value } : {};
  }

  fill(values) {
    const value = values[this.#name];
    if (this.#parameter && !this.#parameter.fixed && value !== undefined && value !== null) this.value = value;
  }

  reset() {
    if (this.#parameter) this.value = this.#parameter.default;
  }

  get lasting() {
    return this.#isUsed && this.isChanged && !this.problem ? this.values : {};
  }

  get words() {
    return this.#isUsed && this.isChanged && !this.problem ? [`${within(this.label)} ${plain(this.value)}`] : [];
  }

  changed(before) {
    const old = before[this.#name];
    if (old === undefined || !this.#isWanted) return "";
    const label = within(this.label);
    if (!this.#parameter) return translate("{setting} is not used", { setting: label });
    return Object.is(old, this.value) ? "" : `${label} ${plain(old)} → ${plain(this.value)}`;
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
    if (!this.#isUsed) return "";
    const { min, max, fixed, reason } = this.#parameter;
    if (this.#told) return this.#told;
    if (fixed) return "";
    if (Number.isNaN(this.value)) return translate("{label} must be a number.", { label: this.label });
    if (this.#isWhole && !Number.isInteger(this.value)) return translate("{label} must be a whole number.", { label: this.label });
    if (this.value < min || this.value > max) return `${translate("{label} must be between {min} and {max} for this model.", { label: this.label, min: plain(min), max: plain(max) })} ${reason}`.trim();
    return "";
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  get #name() {
    return this.getAttribute("name");
  }

  get #isUsed() {
    return Boolean(this.#parameter) && this.#isWanted;
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
    if (!this.#parameter) return;
    const { problem } = this;
    if (!problem) this.#range.value = this.value;
    hint(this.querySelector(".hint"), [this.#field], { problem, help: this.#parameter.reason });
  }
}

customElements.define("number-dial", NumberDial);
