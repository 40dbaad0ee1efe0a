/** <choice-switch name><input type="checkbox" role="switch"></choice-switch>: one of a person's preferences that is on or off. */
import { prefer, preferred } from "./preferences.js";

class ChoiceSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target }) {
    if (type === "change") prefer(this.getAttribute("name"), target.checked);
    else this.#draw();
  }

  #draw() {
    this.querySelector("input").checked = preferred(this.getAttribute("name")) === true;
  }
}

customElements.define("choice-switch", ChoiceSwitch);
