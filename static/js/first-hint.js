/** <first-hint name>: closed once, it stays closed; or all hints go. What keys it names (`kbd data-action`) are the person's own. */
import { written } from "./chords.js";
import { keysNow } from "./keys.js";
import { prefer, preferred } from "./preferences.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class FirstHint extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    for (const key of this.querySelectorAll("kbd[data-action]")) {
      const [chord] = keysNow(key.dataset.action);
      key.textContent = chord ? written(chord) : translate("no key");
    }
  }

  handleEvent({ target }) {
    const action = target.closest("[data-do]")?.dataset.do;
    const name = this.getAttribute("name");
    const closed = preferred("hints_closed") ?? [];
    if (action === "close-hint") prefer("hints_closed", [...new Set([...closed, name])]);
    else if (action === "no-hints") this.#stop();
    else return;
    this.#leave();
  }

  #stop() {
    prefer("hints", false);
    say({ text: translate("No more hints. The preferences have them back."), subject: "hints", action: { label: translate("Undo"), run: () => prefer("hints", true) } });
  }

  /** The focus stays near. */
  #leave() {
    const near = this.closest("[tabindex]");
    const had = this.contains(document.activeElement);
    this.remove();
    if (had) near?.focus({ preventScroll: true });
  }
}

customElements.define("first-hint", FirstHint);
