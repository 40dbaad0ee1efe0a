/** <like-button><form>…</form></like-button>: likes without leaving the page. The answer takes its place. */
import { Refusal, post } from "./post.js";
import { say } from "./toast-shelf.js";

class LikeButton extends HTMLElement {
  #busy = false;

  connectedCallback() {
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    if (this.#busy) return;
    this.#busy = true;
    try {
      const response = await post(event.target.action);
      const hadFocus = this.contains(document.activeElement);
      const { id } = this;
      this.outerHTML = await response.text();
      if (hadFocus) document.querySelector(`#${id} button`).focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: this.id });
    } finally {
      this.#busy = false;
    }
  }
}

customElements.define("like-button", LikeButton);
