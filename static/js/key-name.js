/** <key-name action><kbd>usual</kbd></key-name>: the key that does it, as the person has it now; not there where none does. */
import { written } from "./chords.js";
import { keysNow } from "./keys.js";

class KeyName extends HTMLElement {
  static drawsItself = true;

  connectedCallback() {
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ detail }) {
    if (["key_map", "letter_keys"].includes(detail.key)) this.#draw();
  }

  #draw() {
    const [chord] = keysNow(this.getAttribute("action"));
    this.hidden = !chord;
    if (chord) this.querySelector("kbd").textContent = written(chord);
  }
}

customElements.define("key-name", KeyName);
