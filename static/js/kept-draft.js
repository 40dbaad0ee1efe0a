/**
 * <kept-draft topic hidden><span data-words></span>…</kept-draft>: what somebody wrote in a topic before they could only look at it,
 * as the site or this browser has it, to be copied; until they put it away.
 */
import { unsentOf, wordsLeft } from "./drafting.js";
import { remember, remembered } from "./remember.js";

class KeptDraft extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.#show();
  }

  handleEvent({ target }) {
    if (!target.closest("[data-put-away]")) return;
    remember(this.#name("put_away"), this.#words.textContent);
    this.hidden = true;
  }

  #show() {
    const unsent = unsentOf(remembered(this.#name("draft")));
    const words = wordsLeft(this.#words.textContent, unsent, remembered(this.#name("put_away")));
    if (!words) return;
    this.#words.textContent = words;
    this.querySelector("copy-button").setAttribute("text", words);
    this.hidden = false;
  }

  get #words() {
    return this.querySelector("[data-words]");
  }

  #name(what) {
    return `${what}_${this.getAttribute("topic")}`;
  }
}

customElements.define("kept-draft", KeptDraft);
