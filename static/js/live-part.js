/**
 * <live-part id kinds="kept people" [url]>: a part of a page that is read anew when the stream tells of a change of one of
 * these kinds, from `url` where the page itself may stand at a form's address. It waits while one of its menus is open, or something is written in it.
 */
import "./event-stream.js";
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";

const SOON = 500; // milliseconds that changes are gathered
const BUSY = ".show, [aria-expanded=true], [data-asked], :is(input, select, textarea):focus";

class LivePart extends HTMLElement {
  #timer = 0;
  #isNew = true; // the page has just been built

  connectedCallback() {
    for (const kind of this.#kinds) document.addEventListener(`live:${kind}`, this);
  }

  disconnectedCallback() {
    for (const kind of this.#kinds) document.removeEventListener(`live:${kind}`, this);
    clearTimeout(this.#timer);
  }

  handleEvent({ type }) {
    const isGreeting = type === "live:hello" && this.#isNew;
    this.#isNew = false;
    if (!isGreeting) this.#soon();
  }

  get #kinds() {
    return ["hello", ...this.getAttribute("kinds").split(" ")];
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), SOON);
  }

  async #renew() {
    if (this.querySelector(BUSY)) return this.#soon();
    try {
      const answer = await ask(this.getAttribute("url") ?? location.href);
      if (answer.status === 204) return undefined; // Nothing new: what is here would be lost.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(this.id);
      if (fresh && !this.querySelector(BUSY)) morph(this, fresh);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The next change asks again.
    }
    return undefined;
  }
}

customElements.define("live-part", LivePart);
