/** <pair-vote><form>…</form></pair-vote>: says which of two is better, by a press or by the keys of shortcuts.js. */
import { onKeys } from "./keys.js";
import { morph } from "./morph.js";
import { Refusal, post } from "./post.js";
import { say } from "./toast-shelf.js";

const ANSWERS = ["left", "right", "equal", "skip", "back"];

class PairVote extends HTMLElement {
  #busy = false;
  #noKeys = null;

  connectedCallback() {
    this.addEventListener("submit", this);
    const acts = Object.fromEntries(ANSWERS.map((answer) => [`vote-${answer}`, () => this.#press(answer)]));
    this.#noKeys = onKeys(this, acts, { page: true });
  }

  disconnectedCallback() {
    this.#noKeys();
  }

  handleEvent(event) {
    event.preventDefault();
    this.#vote(event.target, event.submitter);
  }

  #button(answer) {
    return this.querySelector(`button[value="${answer}"]`);
  }

  #press(answer) {
    const button = this.#button(answer);
    button?.click();
    return Boolean(button);
  }

  async #vote(form, button) {
    if (this.#busy) return;
    this.#busy = true;
    const had = this.contains(document.activeElement) && document.activeElement.value;
    try {
      const html = await (await post(form.action, new FormData(form, button))).text();
      // What says how far one is stays, and says something else; the pictures are new elements.
      morph(form, new DOMParser().parseFromString(html, "text/html").body.firstElementChild);
      if (had) (this.#button(had) ?? this.querySelector("button, a"))?.focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "vote" });
    } finally {
      this.#busy = false;
    }
  }
}

customElements.define("pair-vote", PairVote);
