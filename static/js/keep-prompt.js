/**
 * <keep-prompt action><button>…</button></keep-prompt>: saves the prompt of a picture or of a request in the library.
 * Says so when the server has, with a way to where title and tags are given. A form in it works without scripts.
 */
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class KeepPrompt extends HTMLElement {
  #busy = false;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent(event) {
    if (!event.target.closest("button")) return;
    event.preventDefault();
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { text, edit } = await (await post(this.getAttribute("action"))).json();
      say({ text, subject: "saved", seconds: 10, action: { label: translate("Edit"), href: edit } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "saved" });
    } finally {
      this.#busy = false;
    }
  }
}

customElements.define("keep-prompt", KeepPrompt);
