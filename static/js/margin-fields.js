/** <margin-fields>: by how many pixels a picture is extended at each side. */
import { hint } from "./hint.js";
import { Setting } from "./setting.js";
import { translate } from "./texts.js";

class MarginFields extends Setting {
  #limits = null; // { width, height }: of the contract
  #isWanted = false;
  #told = "";

  connectedCallback() {
    this.addEventListener("input", () => {
      this.#told = "";
      this.#draw();
    });
  }

  set model({ parameters: { width, height } }) {
    this.#limits = { width, height };
    this.#draw();
  }

  set isWanted(isWanted) {
    this.#isWanted = isWanted;
    this.show(isWanted);
    this.#draw();
  }

  get values() {
    return this.#isWanted ? this.#margins : {};
  }

  fill(values) {
    for (const field of this.#fields) if (values[field.name] !== undefined) field.value = values[field.name];
    this.#told = "";
    this.#draw();
  }

  get problem() {
    if (!this.#isWanted || this.#told) return this.#told;
    const margins = Object.values(this.#margins);
    if (margins.some((pixels) => !(Number.isInteger(pixels) && pixels >= 0))) return translate("Margins are whole numbers of pixels.");
    if (!margins.some(Boolean)) return translate("Say by how many pixels the picture grows.");
    const picture = this.closest("source-slot").picture;
    const { width, height } = this.around(picture);
    const { width: across, height: down } = this.#limits;
    if (width > across.max || height > down.max) return translate("That makes {width} × {height}; this model draws up to {across} × {down}.", { width, height, across: across.max, down: down.max });
    return "";
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  /** The size of the picture with its margins, in the model's steps: what is over is cut off, margins grow. */
  around({ width, height }) {
    const { left, top, right, bottom } = this.#margins;
    const side = (own, margins, { step }) => Math.floor(own / step) * step + margins.reduce((sum, each) => sum + Math.ceil(each / step) * step, 0);
    return { width: side(width, [left, right], this.#limits.width), height: side(height, [top, bottom], this.#limits.height) };
  }

  /** A quarter of the picture at each side, as far as the model draws so much. */
  suggest({ width, height }) {
    const room = (side, { max, step }) => Math.floor(Math.min(side / 4, Math.max(0, (max - side) / 2)) / step) * step;
    const across = room(width, this.#limits.width);
    const down = room(height, this.#limits.height);
    this.fill({ left: across, right: across, top: down, bottom: down });
  }

  get #fields() {
    return [...this.querySelectorAll("input")];
  }

  get #margins() {
    return Object.fromEntries(this.#fields.map(({ name, value }) => [name, Number(value.trim() || 0)]));
  }

  #draw() {
    const { problem } = this;
    hint(this.querySelector(".hint"), problem ? this.#fields : [], { problem });
    if (!problem) for (const field of this.#fields) field.ariaInvalid = null;
  }
}

customElements.define("margin-fields", MarginFields);
