/**
 * <source-slot [without]>: the picture that is worked from, and how: as a start, repainted, extended, upscaled. "startfrom"
 * on the document brings a picture of our own.
 *
 * A picture is { name, small_url, url, width, height, label }; `name` is what the form sends. Another model that
 * can't use it sets it aside: it is shown, but not sent. `without` is a mode that is not offered here.
 */
import { Refusal } from "./post.js";
import { Setting } from "./setting.js";
import { MODES, allModes, sizeWords, sourceModes } from "./source-modes.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class SourceSlot extends Setting {
  #model = null;
  #picture = null;
  #mode = "";
  #coming = 0; // pictures on their way
  #told = "";

  connectedCallback() {
    for (const name of ["click", "change", "input"]) this.addEventListener(name, this);
    for (const name of ["startfrom", "panelready"]) document.addEventListener(name, this);
  }

  disconnectedCallback() {
    for (const name of ["startfrom", "panelready"]) document.removeEventListener(name, this);
  }

  handleEvent({ type, target, detail }) {
    if (type === "startfrom") return this.take(detail);
    if (type === "panelready") return this.#begin();
    if (type === "click") return target.closest("[data-do=remove-source]") && this.#remove();
    this.#told = "";
    if (target !== this.#chooser) this.#draw();
    else if (type === "change") this.#choose(target.value);
  }

  /** With the picture that the page's address names. */
  #begin() {
    const start = document.getElementById("start");
    if (start) this.take(JSON.parse(start.textContent));
  }

  get picture() {
    return this.#picture;
  }

  /** What the model can do with one more picture. */
  get wishes() {
    return [...this.#sourceModes, ...(this.#references.hasRoom ? ["reference"] : [])];
  }

  /** Whether a mask for the picture would be of use. */
  get wantsMask() {
    return Boolean(this.#picture) && this.#mode === "inpaint" && this.#sourceModes.includes("inpaint");
  }

  /** A picture to work from. Says so if the model draws from text only, with one that does more. */
  take(picture, wish = "") {
    if (this.#sourceModes.length && wish !== "reference") this.#start(picture, wish);
    else if (!this.#references.add(picture)) return this.#refuse(picture);
    this.#changedHere();
    this.scrollIntoView({ block: "nearest" });
  }

  /** A picture that is still being sent: a promise of it. */
  async expect(promise, wish = "") {
    this.#coming += 1;
    this.#changedHere();
    try {
      this.take(await promise, wish);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "source" });
    } finally {
      this.#coming -= 1;
      this.#changedHere();
    }
  }

  // --- As a setting ---

  set model(model) {
    this.#model = model;
    const modes = this.#modes;
    if (!modes.includes(this.#mode)) this.#mode = modes[0] ?? "";
    this.#chooser.replaceChildren(...modes.map((mode) => new Option(MODES[mode], mode)));
    this.#draw();
  }

  get values() {
    return { source: this.#picture, mode: this.#picture ? this.#mode : "text" };
  }

  fill(values) {
    if (!("source" in values) && !("mode" in values)) return;
    this.#picture = values.source ?? null;
    this.#told = "";
    const mode = values.mode === "variation" ? "image" : values.mode;
    this.#mode = this.#modes.includes(mode) ? mode : (this.#modes[0] ?? "");
    this.#draw();
  }

  reset() {
    this.fill({ source: null });
  }

  changed({ source, mode }) {
    if (!source) return "";
    if (!this.#sourceModes.length) return translate("the picture is set aside");
    return mode === this.#mode ? "" : translate("“{now}” in place of “{before}”", { now: MODES[this.#mode], before: MODES[mode] });
  }

  get problem() {
    return this.#coming ? translate("The picture is still on its way.") : this.#told;
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  // --- What becomes of a picture ---

  #start(picture, wish) {
    const isOther = picture.name !== this.#picture?.name;
    this.#picture = picture;
    if (this.#sourceModes.includes(wish)) this.#mode = wish;
    else if (!this.#sourceModes.includes(this.#mode)) this.#mode = this.#sourceModes[0];
    if (!isOther) return;
    this.#mask.fill({ mask: null });
    this.#margins.suggest(picture);
  }

  #refuse(picture) {
    const panel = document.querySelector("model-panel");
    const text = this.#model.references ? translate("This model looks at no more references.") : translate("{model} draws from text only.", { model: this.#model.name });
    const other = panel?.find(({ modes }) => modes.includes("image"));
    if (!other) return say({ text, kind: "error", subject: "source", seconds: 8 });
    const [slug, { name }] = other;
    const use = () => {
      panel.choose(slug);
      this.take(picture);
    };
    say({ text, kind: "error", subject: "source", action: { label: translate("Use {name}", { name: name.split(",")[0] }), run: use } });
  }

  #choose(mode) {
    if (mode !== "reference") this.#mode = mode;
    else if (this.#references.add(this.#picture)) this.#picture = null;
    else say({ text: translate("This model looks at no more references."), kind: "error", subject: "source", seconds: 8 });
    this.#draw();
    this.#changedHere();
  }

  #remove() {
    this.#picture = null;
    this.#told = "";
    this.#changedHere();
    document.getElementById("prompt").focus();
  }

  #changedHere() {
    this.#draw();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // --- What is in it ---

  get #sourceModes() {
    return sourceModes(this.#model).filter((mode) => mode !== this.getAttribute("without"));
  }

  get #modes() {
    return allModes(this.#model).filter((mode) => mode !== this.getAttribute("without"));
  }

  get #chooser() {
    return this.querySelector("[data-mode]");
  }

  get #sizes() {
    return document.querySelector("size-picker");
  }

  get #mask() {
    return this.querySelector("mask-slot");
  }

  get #margins() {
    return this.querySelector("margin-fields");
  }

  get #references() {
    return this.querySelector("reference-list");
  }

  get #scale() {
    return this.querySelector("choice-field[name=scale]");
  }

  #draw() {
    if (!this.#model) return;
    const isUsed = Boolean(this.#picture) && this.#sourceModes.length > 0;
    const mode = isUsed ? this.#mode : "text";
    this.querySelector("[data-coming]").hidden = !this.#coming;
    this.querySelector("[data-source]").hidden = !this.#picture;
    this.querySelector("number-dial[name=strength]").isWanted = ["image", "inpaint"].includes(mode);
    this.#scale.isWanted = mode === "upscale";
    this.#mask.isWanted = mode === "inpaint";
    this.#margins.isWanted = mode === "outpaint";
    if (this.#picture) this.#drawPicture(isUsed);
    this.querySelector("[name=mode]").value = mode;
    const field = this.querySelector("[name=source]");
    field.value = this.#picture?.name ?? "";
    field.disabled = !isUsed;
    const line = this.querySelector("[data-hint~=source]");
    line.textContent = this.#told;
    line.classList.toggle("is-wrong", Boolean(this.#told));
    this.#sizes?.follow(isUsed ? this.#becomes : null);
  }

  #drawPicture(isUsed) {
    const row = this.querySelector("[data-source]");
    const image = row.querySelector("img");
    if (image.getAttribute("src") !== this.#picture.small_url) image.src = this.#picture.small_url;
    image.alt = this.#picture.label || translate("The picture that is worked from");
    row.classList.toggle("is-aside", !isUsed);
    this.#chooser.value = this.#mode;
    this.#chooser.hidden = !isUsed;
    row.querySelector("[data-what]").textContent = isUsed ? sizeWords(this.#picture, this.#becomes) : translate("Set aside: this model draws from text only");
  }

  /** The size of what will be drawn. */
  get #becomes() {
    const { width, height } = this.#picture;
    if (this.#mode === "outpaint") return this.#margins.around(this.#picture);
    if (this.#mode !== "upscale") return this.#sizes?.following(this.#picture) ?? { width, height };
    const times = Number(this.#scale.values.scale);
    return { width: Math.round(width * times), height: Math.round(height * times) };
  }
}

customElements.define("source-slot", SourceSlot);
