/**
 * <size-picker>: width and height by ratio, by number, swapped, or with the ratio kept; from a list where the
 * model draws a few sizes only.
 *
 * A side that the model can't draw stays as it was typed and says what would do.
 */
import { hint } from "./hint.js";
import { Setting } from "./setting.js";
import { following, nearest, problemOf } from "./sizes.js";
import { number, translate } from "./texts.js";

class SizePicker extends Setting {
  #contract = null; // as sizes.js has it
  #followed = null; // the size that comes from a picture
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
    else if (target === this.#list) this.#fromList();
    else if (type === "input") this.#typed(target);
    this.#draw();
  }

  set model({ parameters: { width, height }, presets, sizes = [] }) {
    const isUntouched = !this.#contract || !this.isChanged;
    this.#contract = { width, height, presets, sizes: sizes ?? [] };
    for (const name of ["width", "height"]) this.#field(name).readOnly = this.#contract[name].fixed;
    for (const radio of this.#radios) {
      radio.disabled = !presets[radio.value];
      radio.nextElementSibling.hidden = radio.disabled;
    }
    this.#list.replaceChildren(...this.#contract.sizes.map(([w, h]) => new Option(`${w} × ${h}`, `${w}x${h}`)));
    this.#list.hidden = !this.#isListed;
    this.querySelector("[data-sides]").hidden = this.#isListed;
    if (isUntouched || this.problem) this.value = this.#best;
    else this.value = this.value;
  }

  /** The size that comes from the picture that is worked from, in place of a chosen one; null: chosen again. */
  follow(size) {
    this.#followed = size;
    this.querySelector("[data-choice]").hidden = !this.#isChosen;
    for (const name of ["width", "height"]) this.#field(name).disabled = !this.#isChosen;
    const line = this.querySelector("[data-follows]");
    line.hidden = this.#isChosen;
    line.textContent = size ? translate("{width} × {height}, from the picture", size) : "";
    this.#draw();
  }

  get values() {
    return this.value;
  }

  fill({ width, height }) {
    if (width && height) this.value = { width, height };
  }

  reset() {
    this.value = this.#best;
  }

  get lasting() {
    const { width, height } = this.value;
    return width && height && this.isChanged ? { width, height } : {};
  }

  changed({ width, height }) {
    const now = this.value;
    if (!this.#isChosen) return "";
    return width === now.width && height === now.height ? "" : translate("size {before} → {now}", { before: `${width} × ${height}`, now: `${now.width} × ${now.height}` });
  }

  get #isChosen() {
    return !this.#followed;
  }

  /** The size of what will be drawn. */
  get drawn() {
    return this.#followed ?? this.value;
  }

  /** The size to draw at when working from that picture. */
  following(picture) {
    return following(this.#contract, picture);
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
    if (!this.#isChosen) return "";
    return this.#told || this.#problemOf("width") || this.#problemOf("height");
  }

  /** "3:2", or the numbers. */
  get summary() {
    if (!this.#isChosen) return translate("from a picture");
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

  get #list() {
    return this.querySelector("[data-sizes]");
  }

  get #isListed() {
    return this.#contract.sizes.length > 0;
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

  #fromList() {
    const [width, height] = this.#list.value.split("x").map(Number);
    this.value = { width, height };
  }

  #typed(field) {
    if (this.#lock.ariaPressed !== "true" || this.#problemOf(field.name)) return;
    const other = field.name === "width" ? "height" : "width";
    const wanted = field.name === "width" ? this.#number("width") / this.#ratio : this.#number("height") * this.#ratio;
    this.#field(other).value = nearest(wanted, this.#contract[other]);
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
    if (this.#isListed) {
      const { width, height } = this.value;
      return this.#contract.sizes.some(([w, h]) => w === width && h === height) ? "" : translate("This model draws the sizes in the list only.");
    }
    const word = name === "width" ? translate("Width") : translate("Height");
    return problemOf({ label: word, ...this.#contract[name] }, this.#number(name));
  }

  #draw() {
    if (!this.#contract) return;
    const preset = this.#preset;
    for (const radio of this.#radios) radio.checked = radio.value === preset;
    this.#list.value = `${this.value.width}x${this.value.height}`;
    const { problem } = this;
    const fields = ["width", "height"].filter((name) => this.#told || this.#problemOf(name)).map((name) => this.#field(name));
    for (const name of ["width", "height"]) this.#field(name).ariaInvalid = null;
    hint(this.querySelector(".hint"), fields, { problem });
    this.querySelector("[data-megapixels]").textContent = problem || !this.#isChosen ? "" : this.#megapixels();
  }

  #megapixels() {
    const area = this.value.width * this.value.height;
    const times = area / (this.#best.width * this.#best.height);
    const words = times > 0.85 && times < 1.15 ? translate("the model's best") : translate("{times} × its best", { times: number(Number(times.toFixed(1))) });
    return area < 95_000 ? words[0].toUpperCase() + words.slice(1) : `${number(area / 1e6, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} MP, ${words}`;
  }
}

customElements.define("size-picker", SizePicker);
