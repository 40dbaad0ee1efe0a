/**
 * <saved-prompts url form>: the menu of saved prompts. Loading one fills in all it holds; keeping the form's values
 * asks for a title, and the menu has the new entry only once the server has confirmed it. One that is deleted can be
 * had back. What is marked by `data-keep-this` elsewhere on the page keeps them as well.
 */
import { Refusal, ask, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class SavedPrompts extends HTMLElement {
  connectedCallback() {
    // Before the menu itself, which closes when something was chosen.
    this.addEventListener("click", this, { capture: true });
    this.querySelector("[popover]").addEventListener("toggle", this);
    document.querySelector("[data-keep-this]")?.addEventListener("click", this);
    this.#dialog.addEventListener("submit", this);
    this.#dialog.addEventListener("click", this);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "toggle") return event.newState === "open" && this.#renew();
    if (type === "submit") return this.#keep(event);
    if (target.closest("[data-do=close]")) this.#dialog.close();
    else if (target.closest("[data-do=keep], [data-keep-this]")) this.#begin();
    else if (target.closest("[data-load]")) this.#load(target.closest("[data-load]").dataset.load);
    else if (target.closest("[data-forget]")) {
      event.stopPropagation(); // The menu stays open.
      this.#forget(target.closest("[data-forget]").dataset);
    }
  }

  /** Outside the form: its fields are not sent with it. */
  get #dialog() {
    return document.querySelector("dialog[data-keep-prompt]");
  }

  get #form() {
    return document.getElementById(this.getAttribute("form"));
  }

  async #renew() {
    await this.#trying(async () => this.#take(await (await ask(this.getAttribute("url"))).text()));
  }

  #take(html) {
    const list = new DOMParser().parseFromString(html, "text/html").querySelector("[data-saved]");
    this.querySelector("[data-saved]").replaceWith(list);
  }

  #begin() {
    const prompt = document.getElementById("prompt").value.trim();
    if (!prompt) return say({ text: translate("Write a prompt first."), subject: "saved" });
    this.#dialog.querySelector("[name=title]").value = prompt.slice(0, 60);
    this.#dialog.showModal();
    this.#dialog.querySelector("[name=title]").select();
  }

  async #keep(event) {
    event.preventDefault();
    const data = new FormData(this.#form);
    for (const [name, value] of new FormData(event.target)) data.set(name, value);
    await this.#trying(async () => {
      this.#take(await (await post(this.getAttribute("url"), data)).text());
      this.#dialog.close();
      say({ text: translate("“{name}” is saved.", { name: data.get("title") }), subject: "saved" });
    });
  }

  async #load(url) {
    await this.#trying(async () => {
      const settings = await (await ask(url)).json();
      document.dispatchEvent(new CustomEvent("reuse", { detail: settings }));
    });
  }

  async #forget({ forget, restore, title }) {
    await this.#trying(async () => {
      this.#take(await (await post(forget)).text());
      this.querySelector("[role=menuitem]")?.focus();
      const action = { label: translate("Undo"), run: () => this.#trying(async () => this.#take(await (await post(restore)).text())) };
      say({ text: translate("“{name}” is in the trash.", { name: title }), subject: "saved", seconds: 10, action });
    });
  }

  async #trying(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "saved" });
    }
  }
}

customElements.define("saved-prompts", SavedPrompts);
