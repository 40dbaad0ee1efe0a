/** <feed-more><a href data-fragment></a></feed-more>: fetches what is older when it comes near, or when it is pressed. */
import { inSlices } from "./in-slices.js";
import { Refusal, ask } from "./post.js";
import { say } from "./toast-shelf.js";

class FeedMore extends HTMLElement {
  #watch = null;
  #fetching = null;

  connectedCallback() {
    this.addEventListener("click", this);
    // A busy page is told of several frames at once: it is enough to have been in sight in one of them.
    const seen = (frames) => frames.some(({ isIntersecting }) => isIntersecting) && this.fetch();
    // On a desk the feed scrolls within the page: there it is the scroller's margin that counts.
    this.#watch = new IntersectionObserver(seen, { rootMargin: "600px", scrollMargin: "600px" });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  handleEvent(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.fetch();
  }

  /** Put what is older in its own place; once, however often it is asked for. */
  fetch() {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #fetch() {
    try {
      const html = await (await ask(this.firstElementChild.dataset.fragment)).text();
      await this.#giveWay([...new DOMParser().parseFromString(html, "text/html").body.children]);
    } catch (error) {
      this.#watch.disconnect(); // From here on by the link only.
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "older" });
    }
  }

  async #giveWay(parts) {
    const cards = parts.filter(({ localName }) => localName === "batch-card");
    let first = null;
    for await (const card of inSlices(cards)) {
      if (!this.isConnected) return; // Another topic was turned to: it asks again when this one is.
      if (document.getElementById(card.id)) continue; // It came before that.
      this.before(card);
      first ??= card;
    }
    const hadFocus = this.contains(document.activeElement);
    this.replaceWith(...parts.filter((part) => !cards.includes(part)));
    if (hadFocus) first?.focus({ preventScroll: true });
  }
}

customElements.define("feed-more", FeedMore);
