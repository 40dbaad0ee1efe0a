/**
 * <chat-form [url] new>: where somebody writes to the assistant. Enter sends, on a keyboard; what could not be sent stays.
 * While an answer comes, its place has a button that stops it. Who answers is chosen here.
 */
import "./chat-attached.js";
import "./chat-insert.js";
import "./chat-suggest.js";
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const FINGERS = matchMedia("(pointer: coarse)");

class ChatForm extends HTMLElement {
  static drawsItself = true;
  #isBusy = false;
  #answer = null;

  connectedCallback() {
    for (const name of ["submit", "keydown", "input", "change", "click"]) this.addEventListener(name, this);
    this.#grow();
    this.follow(this.#talk.log?.answering ?? null);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "submit") {
      event.preventDefault();
      this.#send();
    } else if (type === "keydown") this.#key(event);
    else if (type === "input") this.#grow();
    else if (type === "change") target.name === "model" && this.#switch(target);
    else if (target.closest("[data-do=stop]")) this.#stop();
  }

  /** The message that is being written, or null. */
  follow(message) {
    this.#answer = message;
    const stop = this.querySelector("[data-do=stop]");
    if (!stop) return;
    const hadFocus = this.contains(document.activeElement) && document.activeElement.matches("[data-do=stop], [data-send]");
    stop.hidden = !message?.dataset.stop;
    this.querySelector("[data-send]").hidden = !stop.hidden;
    if (hadFocus) this.#field.focus({ preventScroll: true });
  }

  /** Words to be changed and sent, in place of nothing or after what is there. */
  write(words) {
    const field = this.#field;
    field.value = [field.value.trim(), words].filter(Boolean).join("\n");
    this.#grow();
    field.focus();
  }

  /** As a newer version of the window has it; what is being written stays. */
  renew(fresh) {
    for (const name of ["url", "new", "suggest"]) {
      if (fresh.hasAttribute(name)) this.setAttribute(name, fresh.getAttribute(name));
      else this.removeAttribute(name);
    }
    const [form, other] = [this, fresh].map((each) => each.querySelector("form"));
    if (!form || !other) this.replaceChildren(...fresh.childNodes);
    else if (this.#models.outerHTML !== other.elements.model.outerHTML || this.#models.value !== other.elements.model.value) {
      const hadFocus = this.#models === document.activeElement;
      this.#models.replaceWith(other.elements.model);
      if (hadFocus) this.#models.focus();
    }
    this.follow(this.#answer?.isConnected ? this.#answer : null);
  }

  get #field() {
    return this.querySelector("[data-chat-field]");
  }

  get #models() {
    return this.querySelector("[name=model]");
  }

  get #attached() {
    return this.querySelector("chat-attached");
  }

  get #talk() {
    return this.closest("chat-talk");
  }

  #key(event) {
    if (event.target !== this.#field || event.key !== "Enter" || event.isComposing) return;
    // On a phone's keyboard there is no Shift and Enter.
    if (event.shiftKey || event.altKey || (FINGERS.matches && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl and Enter sends this, and generates nothing.
    this.#send();
  }

  #grow() {
    const field = this.#field;
    if (!field || CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  async #send() {
    const text = this.#field.value.trim();
    const images = this.#attached.images;
    if (this.#isBusy || !(text || images.length)) return this.#field.focus();
    if (this.#answer) return say({ text: translate("Wait for the answer, or stop it."), subject: "chat" });
    const model = this.#models.value;
    await this.#doing(async () => {
      await this.#talk.ensure();
      if (model && model !== this.#models.value) await this.#choose(model);
      const body = new FormData();
      body.set("text", text);
      for (const image of images) body.append("image", image);
      const html = await (await post(this.getAttribute("url"), body)).text();
      this.#talk.log.take(html, true);
      if (this.#field.value.trim() === text) this.#field.value = "";
      this.#attached.empty();
      this.#grow();
    });
  }

  async #switch(field) {
    if (!field.dataset.url || !field.value) return; // A chat that is not begun yet: with its first words.
    if (!(await this.#doing(() => this.#choose(field.value)))) this.#models.value = [...this.#models.options].find((each) => each.defaultSelected)?.value ?? "";
  }

  async #choose(model) {
    const body = new FormData();
    body.set("model", model);
    this.#talk.show(await (await post(this.#models.dataset.url, body)).text());
  }

  async #stop() {
    await this.#doing(async () => this.#talk.log.take(await (await post(this.#answer.dataset.stop)).text()));
  }

  async #doing(act) {
    this.#isBusy = true;
    this.ariaBusy = "true";
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
      return false;
    } finally {
      this.#isBusy = false;
      this.ariaBusy = null;
    }
  }
}

customElements.define("chat-form", ChatForm);
