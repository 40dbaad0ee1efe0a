/** <chat-insert url>: the menu of saved prompts below the assistant's field; choosing one puts its words where the caret is. */
import { insertion } from "./inserting.js";
import "./menu-button.js";
import { Refusal, ask } from "./post.js";
import { say } from "./toast-shelf.js";

class ChatInsert extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.querySelector("[popover]").addEventListener("toggle", this);
  }

  handleEvent(event) {
    if (event.type === "toggle") event.newState === "open" && this.#fill();
    else this.#choose(event.target.closest("[data-load]"));
  }

  async #fill() {
    await this.#trying(async () => {
      const list = new DOMParser().parseFromString(await (await ask(this.getAttribute("url"))).text(), "text/html").querySelector("[data-saved]");
      // They are thrown away elsewhere.
      for (const button of list.querySelectorAll("[data-forget]")) button.remove();
      this.querySelector("[data-saved]").replaceWith(list);
      list.querySelector("button")?.focus({ preventScroll: true });
    });
  }

  async #choose(button) {
    if (!button) return;
    const field = this.closest("form").querySelector("[data-chat-field]");
    await this.#trying(async () => {
      const { prompt } = await (await ask(button.dataset.load)).json();
      const { text, start, end } = insertion(field.value, field.selectionStart, field.selectionEnd, prompt);
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }

  async #trying(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
    }
  }
}

customElements.define("chat-insert", ChatInsert);
