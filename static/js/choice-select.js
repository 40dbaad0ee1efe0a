/** <choice-select name><select></select></choice-select>: one of a person's preferences that is one of several. */
import { prefer, preferred } from "./preferences.js";

class ChoiceSelect extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target }) {
    if (type === "change") prefer(this.getAttribute("name"), target.value);
    else this.#draw();
  }

  #draw() {
    this.querySelector("select").value = preferred(this.getAttribute("name")) ?? "";
  }
}

customElements.define("choice-select", ChoiceSelect);
