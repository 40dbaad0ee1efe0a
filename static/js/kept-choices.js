/**
 * <kept-choices url>: keeps the panel's styles and themes as they are by now, where others who work here keep, change or
 * delete some. What is chosen stays chosen.
 */
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";

const FIELDS = ["style-picker", "theme-field"];
const SOON = 300; // milliseconds that changes are gathered

class KeptChoices extends HTMLElement {
  #timer = 0;
  #isNew = true; // the page has just been built

  connectedCallback() {
    for (const kind of ["kept", "hello"]) document.addEventListener(`live:${kind}`, this);
  }

  disconnectedCallback() {
    for (const kind of ["kept", "hello"]) document.removeEventListener(`live:${kind}`, this);
    clearTimeout(this.#timer);
  }

  handleEvent({ type }) {
    const isGreeting = type === "live:hello" && this.#isNew;
    this.#isNew = false;
    if (isGreeting) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), SOON);
  }

  async #renew() {
    try {
      const html = await (await ask(this.getAttribute("url"))).text();
      const fresh = new DOMParser().parseFromString(html, "text/html");
      for (const name of FIELDS) show(document.querySelector(name), fresh.querySelector(name));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The next change asks again.
    }
  }
}

function show(field, fresh) {
  if (!field || !fresh) return;
  const { values } = field;
  field.renewing?.(fresh);
  morph(field, fresh);
  field.fill(values);
}

customElements.define("kept-choices", KeptChoices);
