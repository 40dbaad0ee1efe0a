/**
 * <archive-job url>: keeps what is said of an archive true while it is worked on; its status is a live region.
 * It asks at growing intervals; without scripts a reload does the same.
 */
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";

const FIRST = 1000; // milliseconds until it is asked for the first time
const LONGEST = 10_000;

class ArchiveJob extends HTMLElement {
  #timer = 0;
  #pause = FIRST;

  connectedCallback() {
    document.addEventListener("visibilitychange", this);
    this.#later();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    clearTimeout(this.#timer);
  }

  handleEvent() {
    if (!document.hidden && this.#isAtWork) this.#renew();
  }

  get #isAtWork() {
    return this.firstElementChild?.hasAttribute("data-at-work");
  }

  #later() {
    clearTimeout(this.#timer);
    if (!this.#isAtWork) return;
    this.#timer = setTimeout(() => this.#renew(), this.#pause);
    this.#pause = Math.min(LONGEST, this.#pause * 1.5);
  }

  async #renew() {
    try {
      const response = await ask(this.getAttribute("url"));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.body.firstElementChild;
      if (!this.isConnected || !fresh) return;
      morph(this.firstElementChild, fresh);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404) return this.remove(); // cancelled elsewhere
    }
    this.#later();
  }
}

customElements.define("archive-job", ArchiveJob);
