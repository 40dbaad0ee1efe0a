/**
 * <order-wait url>: asks what became of a payment, at growing intervals, until it is known. Its parent is replaced by
 * the answer; where it takes long, [data-slow] says so.
 */
import { Refusal, ask } from "./post.js";

const FIRST = 1500; // milliseconds
const LONGEST = 30_000;
const SLOW = 8000; // after which we say that it takes long
const MOST = 40; // times, some twenty minutes; the bell tells of what comes later

class OrderWait extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    this.#asked = 0;
    this.#later();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #later() {
    if (this.#asked >= MOST) return;
    if (waited(this.#asked) >= SLOW) this.#admit();
    this.#timer = setTimeout(() => this.#look(), pause(this.#asked));
  }

  #admit() {
    const line = this.querySelector("[data-slow]");
    if (line) line.hidden = false;
  }

  async #look() {
    this.#asked += 1;
    try {
      const page = new DOMParser().parseFromString(await (await ask(this.getAttribute("url"))).text(), "text/html");
      const fresh = page.getElementById(this.parentElement?.id);
      if (fresh && !fresh.querySelector("order-wait")) {
        this.parentElement.replaceWith(fresh);
        return;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The next time asks again.
    }
    if (this.isConnected) this.#later();
  }
}

/** Milliseconds until the time after so many. */
export function pause(asked) {
  return Math.min(LONGEST, FIRST * 1.4 ** asked);
}

/** Milliseconds that have gone by until then. */
export function waited(asked) {
  return Array.from({ length: asked }, (_, at) => pause(at)).reduce((sum, each) => sum + each, 0);
}

customElements.define("order-wait", OrderWait);
