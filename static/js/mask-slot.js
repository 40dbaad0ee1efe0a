/** <mask-slot uploads>: what of a picture is drawn anew, painted here or from a file: white is drawn anew. */
import { Refusal } from "./post.js";
import { Setting } from "./setting.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";
import { upload } from "./upload.js";

class MaskSlot extends Setting {
  #mask = null; // { name, small_url, url }
  #isWanted = false;
  #told = "";

  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("change", this);
  }

  handleEvent({ type, target }) {
    if (type === "change") {
      if (target.type === "file" && target.files[0]) this.send(target.files[0]);
      return;
    }
    const action = target.closest("[data-do]")?.dataset.do;
    if (action === "paint") this.#paint();
    else if (action === "choose-mask") this.querySelector("[type=file]").click();
    else if (action === "remove-mask") this.#take(null);
  }

  set isWanted(isWanted) {
    this.#isWanted = isWanted;
    this.#draw();
  }

  get values() {
    return { mask: this.#mask };
  }

  fill(values) {
    if (!("mask" in values)) return;
    this.#mask = values.mask;
    this.#told = "";
    this.#draw();
  }

  reset() {
    this.fill({ mask: null });
  }

  get problem() {
    if (!this.#isWanted) return "";
    return this.#told || (this.#mask ? "" : translate("Paint what is to be drawn anew, or choose a mask."));
  }

  tell(sentence) {
    this.#told = sentence;
    this.#draw();
  }

  async #paint() {
    const { picture } = this.closest("source-slot");
    await import("./mask-painter.js");
    const painted = await document.querySelector("mask-painter").paint(picture, this.#mask);
    if (painted) await this.send(painted);
    this.querySelector("[data-do=paint]").focus();
  }

  /** A mask from a file. */
  async send(file) {
    const fits = this.closest("source-slot").picture;
    try {
      const mask = await upload(this.getAttribute("uploads"), { file, origin: "mask" });
      // Another picture may have been chosen meanwhile.
      if (this.closest("source-slot").picture === fits) this.#take(mask);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "source" });
    }
  }

  #take(mask) {
    this.#mask = mask;
    this.#told = "";
    this.#draw();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #draw() {
    this.show(this.#isWanted);
    const image = this.querySelector("img");
    image.hidden = !this.#mask;
    if (this.#mask) image.src = this.#mask.small_url;
    const field = this.querySelector("[name=mask]");
    field.value = this.#mask?.name ?? "";
    field.disabled = !this.#isWanted || !this.#mask;
    this.querySelector("[data-do=remove-mask]").hidden = !this.#mask;
    this.querySelector("[data-do=paint] span").textContent = this.#mask ? translate("Change the mask") : translate("Paint the mask");
    const line = this.querySelector(".hint");
    line.textContent = this.#told;
    line.classList.toggle("is-wrong", Boolean(this.#told));
  }
}

customElements.define("mask-slot", MaskSlot);
