/** <smart-views url>: kept searches. "Save as smart view" elsewhere on the page asks for a name and keeps the address. */
import { ask } from "./asking-dialog.js";
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class SmartViews extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
  }

  async handleEvent({ target }) {
    const keep = target.closest("[data-do=keep-view]");
    const forget = this.contains(target) && target.closest("[data-forget]");
    if (keep) {
      const { value } = (await ask("view")) ?? {};
      if (value) await this.#send(this.getAttribute("url"), { name: value, query: keep.dataset.query }, translate("“{name}” is saved.", { name: value }));
    } else if (forget) await this.#send(forget.dataset.forget, {}, translate("The view is deleted."));
  }

  async #send(url, fields, done) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    try {
      const html = await (await post(url, body)).text();
      const views = new DOMParser().parseFromString(html, "text/html").querySelector("[data-views]");
      this.querySelector("[data-views]").replaceWith(views);
      say({ text: done, subject: "views" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "views" });
    }
  }
}

customElements.define("smart-views", SmartViews);
