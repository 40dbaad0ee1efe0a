/** <reference-list>: pictures that the model looks at without starting from them, as many as its contract lets. */
import { Setting } from "./setting.js";
import { translate } from "./texts.js";

class ReferenceList extends Setting {
  #pictures = [];
  #most = 0;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent({ target }) {
    const button = target.closest("[data-place]");
    if (!button) return;
    this.#pictures.splice(Number(button.dataset.place), 1);
    this.#draw();
    this.dispatchEvent(new Event("change", { bubbles: true }));
    (this.querySelector("[data-place]") ?? document.getElementById("prompt")).focus();
  }

  get hasRoom() {
    return this.#pictures.length < this.#most;
  }

  /** False if the model looks at no more. */
  add(picture) {
    if (!this.hasRoom) return false;
    this.#pictures.push(picture);
    this.#draw();
    return true;
  }

  set model({ references }) {
    this.#most = references;
    this.#draw();
  }

  get values() {
    return { references: [...this.#pictures] };
  }

  fill(values) {
    if (!("references" in values) && !("mode" in values)) return;
    this.#pictures = [...(values.references ?? [])];
    this.#draw();
  }

  reset() {
    this.fill({ references: [] });
  }

  changed({ references }) {
    const gone = references.length - this.#most;
    if (gone <= 0) return "";
    return references.length === 1 ? translate("the reference is set aside") : translate("{gone} of {count} references set aside", { gone, count: references.length });
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
  }

  #draw() {
    this.hidden = !this.#pictures.length;
    this.querySelector("[data-note]").textContent = this.#pictures.length <= this.#most ? translate("For reference") : this.#most ? translate("Set aside: this model looks at {count}", { count: this.#most }) : translate("Set aside: this model looks at none");
    this.querySelector("[data-list]").replaceChildren(...this.#pictures.map((picture, place) => this.#item(picture, place)));
    this.tell("");
  }

  #item({ small_url: url, label, name }, place) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const isUsed = place < this.#most;
    item.classList.toggle("is-aside", !isUsed);
    Object.assign(item.querySelector("img"), { src: url, alt: label || translate("Reference {number}", { number: place + 1 }) });
    const button = item.querySelector("button");
    button.dataset.place = place;
    button.ariaLabel = button.title = translate("Remove reference {number}", { number: place + 1 });
    const field = item.querySelector("[name=reference]");
    field.value = name;
    field.disabled = !isUsed;
    return item;
  }
}

customElements.define("reference-list", ReferenceList);
