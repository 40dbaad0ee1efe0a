/**
 * <queue-list url>: the queue, kept true. It hears what changed, looks by itself now and then, and asks for what a
 * button in it wants. What takes several things along asks once more, by its own label.
 */
import { morph } from "./morph.js";
import { Refusal, ask, post } from "./post.js";
import { isSure } from "./sure.js";
import { say } from "./toast-shelf.js";
import { Underway } from "./underway.js";

const LOOK = 5000; // milliseconds between two looks, while it is seen

class QueueList extends HTMLElement {
  #show = new URLSearchParams(location.search).get("show") ?? "all";
  #clock = 0;
  #reading = null;
  #isStale = false;
  #underway = new Underway(); // by address

  connectedCallback() {
    // Before the menu, which closes when something was chosen.
    this.addEventListener("click", this, { capture: true });
    for (const kind of ["hello", "batch", "job", "units"]) document.addEventListener(`live:${kind}`, this);
    this.#clock = setInterval(() => this.#isSeen && this.renew(), LOOK);
  }

  disconnectedCallback() {
    for (const kind of ["hello", "batch", "job", "units"]) document.removeEventListener(`live:${kind}`, this);
    clearInterval(this.#clock);
  }

  handleEvent(event) {
    if (event.type !== "click") return this.#isSeen && this.renew();
    const filter = event.target.closest("[data-show]");
    const button = event.target.closest("[data-post]");
    if (filter && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#show = filter.dataset.show;
      this.renew();
    } else if (button) this.#press(button, event);
  }

  /** Read it anew; what changes meanwhile is read once more. */
  async renew() {
    if (this.#reading) return (this.#isStale = true);
    try {
      this.#reading = ask(`${this.getAttribute("url")}?show=${this.#show}`);
      this.#take(await (await this.#reading).text());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status) say({ ...error.toast, subject: "queue" });
    } finally {
      this.#reading = null;
    }
    if (this.#isStale) {
      this.#isStale = false;
      await this.renew();
    }
    return undefined;
  }

  get #isSeen() {
    return !document.hidden && this.offsetParent !== null && !this.querySelector(":popover-open");
  }

  #take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("queue");
    const close = fresh.querySelector("[data-do=close]");
    close.hidden = !this.closest("dialog");
    const here = this.querySelector("#queue");
    if (here) morph(here, fresh);
    else this.replaceChildren(fresh);
  }

  async #press(button, event) {
    const { done, post: url } = button.dataset;
    if (this.#underway.has(url)) return event.stopPropagation();
    // The menu stays open.
    if (!isSure(button, button.querySelector("span"))) return event.stopPropagation();
    await this.#underway.run(url, () => this.#ask(button, url, done));
    await this.renew();
    if (!this.contains(document.activeElement)) this.querySelector(".queue-rows")?.focus({ preventScroll: true });
    return undefined;
  }

  async #ask(button, url, done) {
    button.ariaBusy = "true";
    try {
      await post(url);
      if (done) say({ text: done, subject: "queue" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "queue" });
    } finally {
      button.ariaBusy = null;
    }
  }
}

customElements.define("queue-list", QueueList);
