/** <number-choice name><input type="number"></number-choice>: one of a person's preferences that is a whole number. */
import { prefer, preferred } from "./preferences.js";

class NumberChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target }) {
    if (type !== "change") this.#draw();
    else if (target.reportValidity() && target.value) prefer(this.getAttribute("name"), target.valueAsNumber);
    else if (!target.value) this.#draw();
  }

  #draw() {
    const value = preferred(this.getAttribute("name"));
    if (value !== undefined) this.querySelector("input").value = value;
  }
}

customElements.define("number-choice", NumberChoice);
