/** <sure-button><button data-sure>…</button></sure-button>: its first press asks once more, in the button itself; the second goes on. */
import { isSure } from "./sure.js";

class SureButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent(event) {
    const button = event.target.closest("[data-sure]");
    if (!button || isSure(button, button.querySelector("span") ?? button)) return;
    event.preventDefault();
    event.stopPropagation(); // A menu around it stays open.
  }
}

customElements.define("sure-button", SureButton);
