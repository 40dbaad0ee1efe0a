/**
 * <passkey-form do="create|get" options|from><form>: has the browser make a passkey, or ask for one, before the form is
 * sent with its answer in the field `credential`. What to ask for stands in the page (`options`, an id) or is fetched (`from`).
 */
import { toCreate, toGet, toSend } from "./passkeys.js";
import { ask } from "./post.js";
import { translate } from "./texts.js";

class PasskeyForm extends HTMLElement {
  #isAsking = false;

  connectedCallback() {
    if (!window.PublicKeyCredential) {
      this.#form.querySelector("button").disabled = true;
      return this.#say(translate("This browser knows no passkeys, or the site was not opened over HTTPS."));
    }
    this.addEventListener("submit", this);
  }

  handleEvent(event) {
    event.preventDefault();
    if (!this.#isAsking) this.#ask();
  }

  async #ask() {
    this.#isAsking = true;
    this.#say("");
    try {
      const options = await this.#options();
      const made = this.getAttribute("do") === "create";
      const credential = await (made ? navigator.credentials.create(toCreate(options)) : navigator.credentials.get(toGet(options)));
      this.#form.elements.credential.value = JSON.stringify(toSend(credential));
      this.#form.submit(); // which fires no event
    } catch (error) {
      this.#say(sentence(error));
    } finally {
      this.#isAsking = false;
    }
  }

  async #options() {
    const url = this.getAttribute("from");
    if (!url) return JSON.parse(document.getElementById(this.getAttribute("options")).textContent);
    const answer = await ask(url, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  #say(words) {
    const said = this.querySelector("[data-said]");
    said.textContent = words;
    said.hidden = !words;
  }

  get #form() {
    return this.querySelector("form");
  }
}

function sentence(error) {
  if (error.name === "InvalidStateError") return translate("This device has a passkey for your account already.");
  if (error.name === "NotAllowedError") return translate("No passkey was used: you stopped, or it took too long.");
  if (error.name === "SecurityError") return translate("Passkeys don't work at this address of the site.");
  return error.message;
}

customElements.define("passkey-form", PasskeyForm);
