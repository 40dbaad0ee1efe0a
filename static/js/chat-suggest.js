/**
 * <chat-suggest>: the suggestions above the assistant's field. Each sends what the studio's form holds now, and what is wanted of
 * it; the answer is a message like any other. They work without a language model.
 */
import { Refusal, post } from "./post.js";
import { say } from "./toast-shelf.js";

class ChatSuggest extends HTMLElement {
  #isBusy = false;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent(event) {
    const button = event.target.closest("[data-kind]");
    if (!button || this.#isBusy) return;
    this.#isBusy = true;
    button.ariaBusy = "true";
    try {
      const talk = this.closest("chat-talk");
      await talk.ensure();
      const body = new FormData(document.getElementById("generate"));
      body.set("kind", button.dataset.kind);
      // The chat may only just have been made, with its address.
      const html = await (await post(talk.form.getAttribute("suggest"), body)).text();
      talk.log.take(html, true);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
    } finally {
      this.#isBusy = false;
      button.ariaBusy = null;
    }
  }
}

customElements.define("chat-suggest", ChatSuggest);
