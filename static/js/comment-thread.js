/**
 * <comment-thread url about>: what is said about one thing. Sends what is written, changed, deleted and settled, and
 * shows at once what others say there.
 */
import "./comment-form.js";
import "./local-time.js";
import { morph } from "./morph.js";
import { Refusal, ask, post } from "./post.js";
import { isSure } from "./sure.js";
import { plural } from "./texts.js";
import { say } from "./toast-shelf.js";

class CommentThread extends HTMLElement {
  #busy = false;
  #latest = 0; // the latest answer that was asked for: older ones come too late

  connectedCallback() {
    for (const name of ["click", "submit"]) this.addEventListener(name, this);
    for (const name of ["live:comment", "live:hello"]) document.addEventListener(name, this);
  }

  disconnectedCallback() {
    for (const name of ["live:comment", "live:hello"]) document.removeEventListener(name, this);
  }

  handleEvent(event) {
    if (event.type === "live:hello") this.#renew();
    else if (event.type === "live:comment") event.detail === this.getAttribute("about") && this.#renew();
    else if (event.type === "submit") this.#submit(event);
    else this.#press(event.target.closest("button"));
  }

  #press(button) {
    if (!button) return;
    const { say: what, send } = button.dataset;
    if (what === "leave") button.closest("comment-form").leave();
    else if (what === "edit") button.closest(".comment").querySelector("comment-form").open(button);
    else if (what === "reply") button.closest(".thread").querySelector(":scope > comment-form").open(button);
    else if (send && isSure(button, button.querySelector("span") ?? button)) this.#send(send, button.hasAttribute("data-again") ? { again: "1" } : {}, this);
  }

  #submit(event) {
    event.preventDefault();
    const form = event.target;
    const element = form.closest("comment-form");
    const isNew = element.parentElement === this;
    this.#send(form.action, Object.fromEntries(new FormData(form)), isNew ? null : this, element);
  }

  /** `focus`: what gets it, where that which had it may be gone. */
  async #send(url, values, focus, form = null) {
    if (this.#busy) return;
    this.#busy = true;
    this.#latest += 1;
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    try {
      const html = await (await post(url, body)).text();
      form?.sent();
      this.#show(html);
      focus?.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "comment" });
    } finally {
      this.#busy = false;
    }
  }

  async #renew() {
    const asked = ++this.#latest;
    const before = this.#count;
    try {
      const html = await (await ask(this.getAttribute("url"))).text();
      if (asked !== this.#latest || !this.isConnected) return;
      this.#show(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The stream's own bar says that the site is out of reach.
    }
    const more = this.#count - before;
    if (more > 0) this.querySelector("[data-told]").textContent = plural("{count} new comment.", "{count} new comments.", more);
  }

  #show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const old = this.querySelector("[data-comments]");
    const [was, is] = [old, fresh].map((each) => each.querySelector("details"));
    if (was && is) is.open = was.open;
    const drafts = [...old.querySelectorAll("comment-form")].filter((form) => form.draft).map((form) => [form, form.draft, form.contains(document.activeElement)]);
    morph(old, fresh);
    // A thread that is settled or opened again stands elsewhere, and is built anew there.
    for (const [form, draft, hasFocus] of drafts) if (!form.isConnected) this.#resume(form.id, draft, hasFocus);
  }

  #resume(id, draft, hasFocus) {
    const form = this.querySelector(`#${CSS.escape(id)}`);
    const folded = form?.closest("details");
    if (folded) folded.open = true;
    form?.resume(draft, hasFocus);
  }

  get #count() {
    return this.querySelectorAll(".comment").length;
  }
}

customElements.define("comment-thread", CommentThread);
