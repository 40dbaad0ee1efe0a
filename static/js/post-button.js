/**
 * <post-button action [fields] [pending] [done] [undo] [removes] [subject]>: a button that asks for one thing,
 * with fields such as "scale=2".
 *
 * The answer is a fragment, told by "fragment"; `removes` is the id of what goes instead. `done` is said
 * when it has worked, for ten seconds with an undo where there is one; and what had to be corrected.
 */
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class PostButton extends HTMLElement {
  #busy = false;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    if (this.#busy) return;
    this.#busy = true;
    // The button itself may be gone when the answer comes.
    const feed = document.querySelector("batch-feed, experiment-board");
    // So may what it says be another's by then.
    const said = Object.fromEntries(["done", "undo", "removes", "subject"].map((name) => [name, this.getAttribute(name)]));
    const showIdle = this.#showPending();
    try {
      const response = await post(this.getAttribute("action"), this.#fields);
      const corrections = JSON.parse(response.headers.get("X-Corrections") ?? "[]");
      answer(feed, response.status === 204 ? "" : await response.text(), said, corrections);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: said.subject });
    } finally {
      this.#busy = false;
      showIdle();
    }
  }

  get #fields() {
    const body = new FormData();
    for (const [name, value] of new URLSearchParams(this.getAttribute("fields") ?? "")) body.append(name, value);
    return body;
  }

  /** Say on the spot that it is being done; returns what takes that back. */
  #showPending() {
    const button = this.querySelector("button");
    button.ariaBusy = "true";
    const words = this.getAttribute("pending");
    const scope = this.closest("job-tile") ?? this.closest("batch-card");
    const notes = words && scope ? [...scope.parentElement.querySelectorAll(`#${scope.id} .tile-note.num b`)] : [];
    const usual = notes.map((note) => note.textContent);
    for (const note of notes) note.textContent = words;
    return () => {
      button.ariaBusy = null;
      notes.forEach((note, index) => note.textContent === words && (note.textContent = usual[index]));
    };
  }
}

function answer(feed, html, { done, undo, removes, subject }, corrections) {
  if (removes) feed.dispatchEvent(new CustomEvent("removed", { detail: removes }));
  else feed.dispatchEvent(new CustomEvent("fragment", { detail: html }));
  const text = [done, ...corrections].filter(Boolean).join(" ");
  if (text) say({ text, subject, seconds: undo ? 10 : 5, action: undo && { label: translate("Undo"), run: () => undoIt(feed, undo, subject) } });
}

async function undoIt(feed, url, subject) {
  try {
    const response = await post(url);
    feed.dispatchEvent(new CustomEvent("fragment", { detail: await response.text() }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say({ ...error.toast, subject });
  }
}

customElements.define("post-button", PostButton);
