/**
 * <add-picture uploads [read]>: brings a picture from outside: chosen, pasted, dropped anywhere on the page, or
 * by its address. What it shall be is asked, where there is a choice; with `read` also whether its settings are meant.
 */
import { pictureOf } from "./chat-picture.js";
import { choose } from "./picture-chooser.js";
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";
import { upload } from "./upload.js";

class AddPicture extends HTMLElement {
  #depth = 0; // of nested elements that something is dragged over

  connectedCallback() {
    for (const name of ["click", "change"]) this.addEventListener(name, this);
    for (const name of ["click", "submit"]) this.#address.addEventListener(name, this);
    for (const name of ["paste", "dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(name, this);
  }

  disconnectedCallback() {
    for (const name of ["paste", "dragenter", "dragover", "dragleave", "drop"]) document.removeEventListener(name, this);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "click") this.#press(target.closest("[data-do]")?.dataset.do);
    else if (type === "change") this.#chosen(target);
    else if (type === "submit") this.#fromAddress(event);
    else if (type === "paste") this.#pasted(event);
    else if (document.querySelector("dialog:modal")) return;
    else this.#dragged(event);
  }

  #press(action) {
    if (action === "choose-file") this.querySelector("[type=file]").click();
    else if (action === "from-address") this.#address.showModal();
    else if (action === "close") this.#address.close();
  }

  #chosen(field) {
    if (field.type !== "file" || !field.files[0]) return;
    this.#take(field.files[0]);
    field.value = ""; // The same file may be chosen again.
  }

  #fromAddress(event) {
    event.preventDefault();
    const field = this.#address.querySelector("[name=address]");
    const url = field.value.trim();
    if (!url) return field.focus();
    this.#address.close();
    field.value = "";
    this.#takeAddress(url);
  }

  #pasted(event) {
    const file = pictureOf(event.clipboardData);
    if (!file || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    this.#take(file);
  }

  #dragged(event) {
    const { type, dataTransfer } = event;
    if (!["Files", "text/uri-list"].some((kind) => dataTransfer.types.includes(kind))) return;
    event.preventDefault();
    if (type === "dragenter") this.#depth += 1;
    else if (type === "dragleave") this.#depth -= 1;
    else if (type === "drop") {
      this.#depth = 0;
      this.#dropped(dataTransfer);
    }
    this.#bar.classList.toggle("is-over", this.#depth > 0);
  }

  #dropped(data) {
    const url = data.getData("text/uri-list").split("\n")[0].trim();
    // One of our own comes as the link around it.
    const path = URL.canParse(url) ? new URL(url).pathname : "";
    const own = [...document.querySelectorAll("job-tile a[data-do=open]")].find((link) => link.pathname === path);
    const file = pictureOf(data);
    if (own) this.#takeOwn(own.closest("job-tile"));
    else if (file) this.#take(file);
    else if (url) this.#takeAddress(url);
    else say({ text: translate("Only pictures can be dropped here."), kind: "error", subject: "source", seconds: 8 });
  }

  async #take(file) {
    let found;
    try {
      found = await this.#read(file);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return say({ ...error.toast, subject: "source" }); // It is no picture, or does not arrive.
    }
    const { isWhole } = await import("./whole-picture.js");
    const whole = isWhole(new Uint8Array(await file.arrayBuffer()));
    // Its settings stand at its beginning.
    if (!whole && !found) return say({ text: translate("This picture is damaged: it can't be read to its end."), kind: "error", subject: "source" });
    const wishes = whole ? [...this.#slot.wishes, ...(this.#slot.wantsMask ? ["mask"] : [])] : [];
    const src = URL.createObjectURL(file);
    const wish = await this.#choose(src, wishes, found);
    URL.revokeObjectURL(src);
    if (wish === "settings") this.#use(found);
    else if (wish === "mask") document.querySelector("mask-slot").send(file);
    else if (wish) this.#slot.expect(upload(this.getAttribute("uploads"), { file, label: file.name }), wish);
  }

  async #takeAddress(url) {
    const label = url.split(/[?#]/)[0].split("/").at(-1);
    const wish = await this.#choose("", this.#slot.wishes, null);
    if (wish) this.#slot.expect(upload(this.getAttribute("uploads"), { url, label }), wish);
  }

  /** One of our own, whose settings are at hand. */
  async #takeOwn(tile) {
    const { picture } = tile;
    const found = { source: "pixazo", settings: { ...tile.closest("batch-card").settings, seed: tile.seed } };
    const wish = await this.#choose(picture.small_url, this.#slot.wishes, found);
    if (wish === "settings") this.#use(found);
    else if (wish) this.#slot.take(picture, wish);
  }

  /** Where the model can do nothing with a picture, the slot says so. */
  async #choose(src, wishes, found) {
    if (!wishes.length && !found) return "image";
    return choose(src, [...(found ? ["settings"] : []), ...wishes], found);
  }

  /** The settings that the file carries, or null; throws a `Refusal`. */
  async #read(file) {
    if (!this.hasAttribute("read")) return null;
    const body = new FormData();
    body.append("file", file);
    const found = await (await post(this.getAttribute("read"), body)).json();
    return found.source ? found : null; // Most pictures have none.
  }

  #use({ settings: { model: slug, ...settings }, model, unknown }) {
    const panel = document.querySelector("model-panel");
    document.dispatchEvent(new CustomEvent("reuse", { detail: { ...settings, ...(slug ? { model: slug } : {}) } }));
    const remarks = [];
    if (model && !slug) remarks.push(translate("Its model, {model}, is not here; {other} stays chosen.", { model, other: panel.model.name }));
    const names = Object.keys(unknown ?? {});
    if (names.length) remarks.push(names.length > 6 ? translate("Not used: {names} and more.", { names: names.slice(0, 6).join(", ") }) : translate("Not used: {names}.", { names: names.join(", ") }));
    if (remarks.length) say({ text: remarks.join(" "), subject: "read", seconds: 12 });
  }

  /** Outside the form: its field is not sent with it. */
  get #address() {
    return document.querySelector("dialog[data-address]");
  }

  get #slot() {
    return document.querySelector("source-slot");
  }

  get #bar() {
    return this.closest("form");
  }
}

customElements.define("add-picture", AddPicture);
