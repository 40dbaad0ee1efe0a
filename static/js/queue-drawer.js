/**
 * <queue-drawer cancel><dialog><queue-list></queue-list></dialog></queue-drawer>: the queue over the page. The badge opens
 * it in place of going to the queue's own page; Esc, the button and the page behind close it.
 */
import { onKeys } from "./keys.js";
import "./menu-button.js";
import { Refusal, post } from "./post.js";
import "./queue-list.js";
import { plural, translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class QueueDrawer extends HTMLElement {
  #noKeys = null;

  connectedCallback() {
    document.addEventListener("click", this);
    this.#noKeys = onKeys(this, { queue: () => void this.open(), cancel: () => void this.#cancel() }, { page: true });
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    this.#noKeys();
  }

  handleEvent(event) {
    if (this.contains(event.target)) {
      if (event.target === this.#dialog || event.target.closest("[data-do=close]")) this.#dialog.close();
      return undefined;
    }
    const badge = event.target.closest("#queue-badge, [data-opens=queue]");
    if (!badge || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
    event.preventDefault();
    return this.open();
  }

  async open() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#dialog.showModal();
    await this.querySelector("queue-list").renew();
    return undefined;
  }

  /** What is being drawn for this person, wherever they asked for it. */
  async #cancel() {
    try {
      const { count } = await (await post(this.getAttribute("cancel"))).json();
      const done = plural("{count} picture is cancelled. Its units are returned.", "{count} pictures are cancelled. Their units are returned.", count);
      say({ text: count ? done : translate("Nothing of yours is being drawn."), subject: "queue" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "queue" });
    }
    if (this.#dialog.open) await this.querySelector("queue-list").renew();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }
}

customElements.define("queue-drawer", QueueDrawer);
