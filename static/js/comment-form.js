/**
 * <comment-form><form></form></comment-form>: where a comment is written, opened by its thread. What is written in it
 * outlives a newer version of the thread. Ctrl+Enter sends, Esc leaves it as it is.
 */
import "./mention-field.js";

class CommentForm extends HTMLElement {
  static drawsItself = true;
  #opener = null; // gets the focus back

  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("mousedown", this);
  }

  handleEvent(event) {
    if (event.type === "mousedown") {
      // The field keeps the focus until the button is let go: on a phone its going brings back the bar below, which would
      // come between the finger and the button.
      if (event.target.closest("button")) event.preventDefault();
    } else this.#key(event);
  }

  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    else if (event.key === "Escape" && (this.#opener || this.#field.value)) this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  get #form() {
    return this.querySelector("form");
  }

  get #field() {
    return this.querySelector("textarea");
  }

  open(opener) {
    this.#opener = opener;
    this.#form.hidden = false;
    this.#field.focus();
  }

  /** The words stay; one that is always there gives the focus to its thread. */
  leave() {
    if (!this.#opener) return this.closest("[tabindex]").focus({ preventScroll: true });
    this.#form.hidden = true;
    this.#opener.focus({ preventScroll: true });
    this.#opener = null;
    return undefined;
  }

  /** What is being written here; "" where nobody writes. */
  get draft() {
    return this.#form.hidden || this.#field.value === this.#field.defaultValue ? "" : this.#field.value;
  }

  /** Go on with what was being written where this form stood before. */
  resume(draft, hasFocus) {
    this.#opener ??= this.closest(".thread")?.querySelector("[data-say=reply]") ?? null;
    this.#form.hidden = false;
    this.#field.value = draft;
    if (hasFocus) this.#field.focus({ preventScroll: true });
  }

  /** What was written has been sent. */
  sent() {
    this.#form.reset();
    if (this.#opener) this.#form.hidden = true;
    this.#opener = null;
  }

  /** As a newer version of the thread has it, while nobody writes here. */
  renew(fresh) {
    if (this.#form.hidden && this.#field.value === this.#field.defaultValue) this.replaceChildren(...fresh.childNodes);
  }
}

customElements.define("comment-form", CommentForm);
