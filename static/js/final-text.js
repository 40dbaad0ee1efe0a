/**
 * <final-text url form>: what the form means after theme, style, choices and lists. A chip says how many prompts
 * it makes; the toggle shows them in place of the text field, and a click on them returns to writing.
 */
import { Refusal, post } from "./post.js";
import { plural } from "./texts.js";

const WAIT = 350; // milliseconds of quiet before the server is asked
const SIGNS = /[{}]|__|\\/; // of the language of templates

class FinalText extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    this.addEventListener("click", this);
    for (const name of ["input", "settingschange", "panelready"]) document.addEventListener(name, this);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    for (const name of ["input", "settingschange", "panelready"]) document.removeEventListener(name, this);
  }

  handleEvent({ type, target }) {
    if (type !== "click") return target === this || this.#later();
    if (target.closest("[data-do=final]")) this.#show(!this.#isShown);
    else if (target.closest("[data-do=count]")) this.#show(true);
  }

  /** How many prompts the form makes, as far as it is known. */
  count = 1;

  /** The prompts as a fragment's HTML; throws a `Refusal`. */
  async read() {
    const form = document.getElementById(this.getAttribute("form"));
    return (await post(this.getAttribute("url"), new FormData(form))).text();
  }

  get #isShown() {
    return this.#button.ariaPressed === "true";
  }

  get #button() {
    return this.querySelector("[data-do=final]");
  }

  get #place() {
    return document.querySelector("[data-final]");
  }

  get #field() {
    return document.getElementById("prompt");
  }

  /** Nothing lies around the prompt, and nothing in it is to be replaced: it is final as it stands. */
  get #isPlain() {
    // The panel's elements may not be there yet: the page is asked again once they are.
    const chosen = document.querySelector("style-picker")?.values?.style || document.querySelector("theme-field")?.values?.theme;
    return !chosen && !SIGNS.test(this.#field.value) && !SIGNS.test(document.getElementById("negative-prompt")?.value ?? "");
  }

  #show(isShown) {
    this.#button.ariaPressed = String(isShown);
    this.#place.hidden = !isShown;
    this.#field.hidden = isShown;
    if (isShown) {
      this.#place.onclick = () => this.#show(false);
      this.#renew();
    } else this.#field.focus();
  }

  #later() {
    clearTimeout(this.#timer);
    if (this.#isPlain && !this.#isShown) return this.#tell(1);
    this.#timer = setTimeout(() => this.#renew(), WAIT);
  }

  async #renew() {
    const asked = ++this.#asked;
    if (this.#isPlain && !this.#isShown) return this.#tell(1);
    if (!this.#field.value.trim()) {
      this.#tell(1);
      this.#place.textContent = this.#place.dataset.empty;
      return;
    }
    let html = "";
    let sentence = "";
    try {
      html = await this.read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sentence = error.message;
    }
    if (asked !== this.#asked) return; // something newer is on its way
    const fragment = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (fragment) this.#place.replaceChildren(fragment);
    else this.#place.textContent = sentence;
    this.#tell(Number(fragment?.dataset.count ?? 1), sentence);
  }

  #tell(count, problem = "") {
    const line = this.querySelector("[data-problem]");
    if (this.count === count && line.textContent === problem) return;
    const chip = this.querySelector("[data-do=count]");
    this.count = count;
    chip.hidden = count < 2;
    chip.querySelector("span").textContent = matchMedia("(min-width: 992px)").matches ? plural("Expands to {count} prompt", "Expands to {count} prompts", count) : plural("{count} prompt", "{count} prompts", count);
    line.textContent = problem;
    this.dispatchEvent(new CustomEvent("settingschange", { bubbles: true }));
  }
}

customElements.define("final-text", FinalText);
