/**
 * <browser-permission>: whether this browser shows what its person chose to be told by it. It asks the browser when one of
 * the switches marked data-browser is put on, or its own button is pressed, and says what this browser does.
 */
import { explained, notify, permission } from "./browser-notice.js";
import { translate } from "./texts.js";

class BrowserPermission extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    document.addEventListener("change", this);
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("change", this);
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target }) {
    if (type === "click") target.closest("[data-do=ask-browser]") && this.#ask();
    else if (type === "change") target.matches("[data-browser]") && target.checked && this.#ask();
    else this.#draw();
  }

  get #isWanted() {
    return Boolean(document.querySelector("[data-browser]:checked"));
  }

  async #ask() {
    if (permission() === "default") await Notification.requestPermission();
    const isShown = notify(translate("Pixazo tells you here"), { tag: "pixazo-try" });
    this.#draw();
    if (!isShown && permission() === "granted") this.#say(translate("This browser leaves notifications to installed apps: it shows none of pages."));
  }

  #draw() {
    const state = permission();
    this.querySelector("[data-do=ask-browser]").hidden = state !== "default" || !this.#isWanted;
    this.#say(explained(state, this.#isWanted) || translate("This browser shows them, while you look at something else."));
  }

  #say(sentence) {
    this.querySelector(".hint").textContent = sentence;
  }
}

customElements.define("browser-permission", BrowserPermission);
