/** <elapsed-time since>: how long something has been going on, counted while the page is open. */
import { translate } from "./texts.js";

class ElapsedTime extends HTMLElement {
  static drawsItself = true;
  static observedAttributes = ["since"];
  #clock = 0;

  connectedCallback() {
    this.#draw();
    this.#clock = setInterval(() => this.#draw(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  #draw() {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(this.getAttribute("since"))) / 1000));
    this.textContent = seconds < 60 ? translate("for {seconds} s", { seconds }) : translate("for {minutes} min {seconds} s", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
  }
}

customElements.define("elapsed-time", ElapsedTime);
