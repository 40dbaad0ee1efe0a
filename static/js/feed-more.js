/** <feed-more><a href data-fragment></a></feed-more>: fetches what is older when it comes near, or when it is pressed. */
import { Refusal, ask } from "./post.js";
import { say } from "./toast-shelf.js";

class FeedMore extends HTMLElement {
  #watch = null;
  #busy = false;

  connectedCallback() {
    this.addEventListener("click", this);
    this.#watch = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#fetch(), { rootMargin: "600px" });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  handleEvent(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#fetch();
  }

  async #fetch() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const html = await (await ask(this.firstElementChild.dataset.fragment)).text();
      if (!this.isConnected) return; // Another topic was turned to: it asks again when this one is.
      const hadFocus = this.contains(document.activeElement);
      const parts = [...new DOMParser().parseFromString(html, "text/html").body.children];
      this.replaceWith(...parts);
      if (hadFocus) parts[0]?.focus({ preventScroll: true });
    } catch (error) {
      this.#watch.disconnect(); // From here on by the link only.
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "older" });
    } finally {
      this.#busy = false;
    }
  }
}

customElements.define("feed-more", FeedMore);
