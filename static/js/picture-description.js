/** <picture-description url>: a picture's alternative text, which a person may write better than the prompt. */
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class PictureDescription extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("submit", this);
  }

  handleEvent(event) {
    if (event.type === "submit") this.#save(event);
    else if (event.target.closest("[data-do=edit]")) this.#edit(true);
    else if (event.target.closest("[data-do=leave]")) this.#edit(false);
  }

  #edit(isOpen) {
    this.querySelector("form").hidden = !isOpen;
    this.querySelector("[data-text]").hidden = isOpen;
    this.querySelector(isOpen ? "textarea" : "[data-do=edit]").focus();
  }

  /** Where this picture is on the page: large, in the feed, in the gallery. */
  get #shown() {
    const id = CSS.escape(this.getAttribute("picture"));
    const job = this.closest("[data-job]")?.dataset.job;
    return [`[data-picture="${id}"] img.fit`, `[data-id="${id}"] img`, ...(job ? [`#${CSS.escape(job)} > a > img`] : [])].join(", ");
  }

  async #save(event) {
    event.preventDefault();
    try {
      const { alt } = await (await post(this.getAttribute("url"), new FormData(event.target))).json();
      this.querySelector("[data-text]").textContent = alt;
      for (const image of document.querySelectorAll(this.#shown)) image.alt = alt;
      this.#edit(false);
      say({ text: translate("The description is saved."), subject: "description" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "description" });
    }
  }
}

customElements.define("picture-description", PictureDescription);
