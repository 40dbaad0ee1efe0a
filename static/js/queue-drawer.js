/**
 * <queue-drawer><dialog><queue-list></queue-list></dialog></queue-drawer>: the queue over the page. The badge opens
 * it in place of going to the queue's own page; Esc, the button and the page behind close it.
 */
import "./menu-button.js";
import "./queue-list.js";

class QueueDrawer extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", this);
    document.addEventListener("openqueue", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    document.removeEventListener("openqueue", this);
  }

  handleEvent(event) {
    if (event.type === "openqueue") return this.open();
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

  get #dialog() {
    return this.querySelector("dialog");
  }
}

customElements.define("queue-drawer", QueueDrawer);
