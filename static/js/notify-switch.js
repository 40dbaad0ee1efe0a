/**
 * <notify-switch>: whether the browser tells when a request is done. It asks the browser only when it is pressed, and says
 * what this browser does; the choice itself goes along to other devices.
 */
import { explained, notify, permission } from "./browser-notice.js";
import { prefer, preferred } from "./preferences.js";
import { translate } from "./texts.js";

class NotifySwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    document.addEventListener("preferencechange", this);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("preferencechange", this);
  }

  handleEvent({ type, target }) {
    if (type === "preferencechange") this.#draw();
    else if (type === "click") target.closest("[data-do=ask-browser]") && this.#begin();
    else if (target.checked) this.#begin();
    else prefer("notify", false);
  }

  get #isWanted() {
    return preferred("notify") === true;
  }

  async #begin() {
    if (permission() === "default") await Notification.requestPermission();
    const isShown = notify(translate("Pixazo tells you here"), { body: translate("when a request of yours is done."), tag: "pixazo-try" });
    if (isShown) await prefer("notify", true);
    this.#draw();
    if (!isShown && permission() === "granted") this.#say(translate("This browser leaves notifications to installed apps: it shows none of pages."));
  }

  #draw() {
    const state = permission();
    const box = this.querySelector("input");
    box.checked = this.#isWanted;
    box.disabled = !this.#isWanted && ["unknown", "insecure"].includes(state);
    this.querySelector("[data-do=ask-browser]").hidden = !(this.#isWanted && state === "default");
    this.#say(explained(state, this.#isWanted));
  }

  #say(sentence) {
    this.querySelector(".hint").textContent = sentence;
  }
}

customElements.define("notify-switch", NotifySwitch);
