/**
 * <reconnect-bar>: says that the site is out of reach, when the next try is, and that it is back. `lost(at)` with the time of
 * the next try in milliseconds, or nothing where the browser decides; `back()`; `rest()` says nothing. Says "trynow" when somebody won't wait.
 */
import { translate } from "./texts.js";

const SAY_SO = 1500; // milliseconds without contact before it is said
const THANKS = 3000; // milliseconds in which "back" stands there

class ReconnectBar extends HTMLElement {
  #begun = 0;
  #clock = 0;
  #leave = 0;
  #next = 0;

  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => this.dispatchEvent(new CustomEvent("trynow", { bubbles: true })));
  }

  disconnectedCallback() {
    clearTimeout(this.#begun);
    clearTimeout(this.#leave);
    clearInterval(this.#clock);
  }

  lost(at = 0) {
    this.#next = at;
    if (!this.hidden && this.dataset.state === "lost") return this.#draw();
    this.#begun ||= setTimeout(() => this.#show(), SAY_SO);
    return undefined;
  }

  back() {
    clearTimeout(this.#begun);
    clearInterval(this.#clock);
    this.#begun = 0;
    if (this.hidden || this.dataset.state !== "lost") return;
    this.dataset.state = "back";
    this.#write(translate("Back online"), "");
    this.#leave = setTimeout(() => (this.hidden = true), THANKS);
  }

  /** Nobody listens: there is nothing to say. */
  rest() {
    clearTimeout(this.#begun);
    clearInterval(this.#clock);
    this.#begun = 0;
    this.hidden = true;
  }

  #show() {
    clearTimeout(this.#leave);
    this.dataset.state = "lost";
    this.hidden = false;
    this.#draw();
    this.#clock = setInterval(() => this.#draw(), 1000);
  }

  #draw() {
    const seconds = Math.ceil((this.#next - Date.now()) / 1000);
    const words = navigator.onLine ? translate("Reconnecting") : translate("You are offline. What you write stays here.");
    this.#write(words, this.#next && seconds > 0 && navigator.onLine ? translate("in {seconds} s", { seconds }) : "");
  }

  /** The seconds are for the eye alone. */
  #write(words, seconds) {
    const said = this.querySelector("[role=status]");
    if (said.textContent !== words) said.textContent = words;
    this.querySelector("[data-seconds]").textContent = seconds;
    this.querySelector("button").hidden = !seconds;
  }
}

customElements.define("reconnect-bar", ReconnectBar);
