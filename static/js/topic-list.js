/**
 * <topic-list url here home workspace topic><… data-rows>…</…></topic-list>: the topics beside the feed. It turns from one to
 * another without a new page, and tells by "topicchange" on the document ({ topic }, "" for all of them); makes, renames
 * and deletes them; and keeps their rows true. The address has the topic, so back and forward work.
 */
import { goTo, standAt } from "./address.js";
import { morph } from "./morph.js";
import { Refusal, ask, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const KINDS = ["hello", "batch", "job", "topic", "units"];
const SOON = 1000; // milliseconds that changes are gathered
const LATER = 5000; // and those that every step of a picture tells
const LONGEST = 10_000; // that one thing waits for the answer to another, which may never come

class TopicList extends HTMLElement {
  #timer = 0;
  #due = Infinity;
  #shown = "";
  #asked = 0; // the latest question for the rows: an answer to an older one says nothing new
  #told = Promise.resolve(); // what was asked of the site last

  connectedCallback() {
    for (const kind of KINDS) document.addEventListener(`live:${kind}`, this);
    for (const name of ["click", "submit"]) this.addEventListener(name, this);
    window.addEventListener("popstate", this);
  }

  disconnectedCallback() {
    for (const kind of KINDS) document.removeEventListener(`live:${kind}`, this);
    window.removeEventListener("popstate", this);
    clearTimeout(this.#timer);
  }

  handleEvent(event) {
    if (event.type === "click") this.#click(event);
    else if (event.type === "submit") this.#submit(event);
    else if (event.type === "popstate") this.#turnTo(new URLSearchParams(location.search).get("topic") ?? "");
    else this.#soon(event.type === "live:job" ? LATER : SOON);
  }

  get topic() {
    return this.getAttribute("topic");
  }

  #row(topic) {
    return this.querySelector(`a[data-topic="${CSS.escape(topic)}"]`);
  }

  // --- From topic to topic ---

  #click(event) {
    const link = event.target.closest("a[data-topic]");
    const button = event.target.closest("[data-do]");
    if (button) this.#press(button);
    else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      // A page of older pictures is left for good.
      if (document.querySelector("batch-feed[older]")) return;
      event.preventDefault();
      this.#go(link.dataset.topic);
      document.querySelector("#topics:is(.show, .showing) [data-bs-dismiss=offcanvas]")?.click();
    }
  }

  #go(topic) {
    if (topic === this.topic) return;
    goTo(this.#pageOf(topic));
    this.#turnTo(topic);
  }

  #pageOf(topic) {
    return topic ? `${this.getAttribute("home")}?topic=${topic}` : this.getAttribute("home");
  }

  #turnTo(topic) {
    if (topic === this.topic) return;
    this.setAttribute("topic", topic);
    this.#asked += 1; // What is on its way asked about the other one.
    this.#soon(SOON);
    this.#mark();
    document.dispatchEvent(new CustomEvent("topicchange", { detail: { topic } }));
    // Gone, or further down than the rows here.
    if (!this.#row(topic)) this.renew();
  }

  #mark() {
    for (const link of this.querySelectorAll("a[data-topic]")) link.ariaCurrent = link.dataset.topic === this.topic ? "true" : null;
    const title = this.#row(this.topic)?.querySelector("[data-title]")?.textContent;
    if (!title) return;
    for (const place of document.querySelectorAll("[data-topic-title]")) place.textContent = title;
    const words = [this.topic && title, this.getAttribute("workspace"), "Pixazo"];
    document.dispatchEvent(new CustomEvent("titlechange", { detail: words.filter(Boolean).join(" · ") }));
  }

  // --- The rows ---

  #soon(pause) {
    const due = performance.now() + pause;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.renew(), pause);
  }

  async renew() {
    clearTimeout(this.#timer);
    this.#due = Infinity;
    const asked = ++this.#asked;
    try {
      const html = await (await ask(this.#address(this.getAttribute("url")))).text();
      if (asked === this.#asked) this.#show(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The next change asks again.
    }
  }

  #address(url) {
    const query = new URLSearchParams({ topic: this.topic, here: this.getAttribute("here"), shown: this.#shown });
    return `${url}?${query}`;
  }

  #show(html) {
    // A name that is being written stays.
    if (this.querySelector("input[data-name]")) return this.#soon(SOON);
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("topic-rows");
    morph(document.getElementById("topic-rows"), fresh);
    this.#mark();
    if (fresh.hasAttribute("gone")) this.#leave();
    return undefined;
  }

  /** The one that was looked at is in the trash. */
  #leave() {
    const next = this.#row("") ?? this.querySelector("a[data-topic]");
    if (!next) return;
    standAt(this.#pageOf(next.dataset.topic));
    this.#turnTo(next.dataset.topic);
  }

  // --- What is done to them ---

  async #submit(event) {
    if (!event.target.closest("[data-new]")) return;
    event.preventDefault();
    const body = new FormData();
    // What is written here may not have arrived yet: an empty topic is given again only while nobody has begun it.
    if (document.getElementById("prompt")?.value.trim()) body.set("begun", this.topic || document.querySelector("prompt-draft").getAttribute("default"));
    await this.#tell(event.target.action, body, (response) => {
      this.#go(response.headers.get("X-Topic"));
      document.querySelector("#topics:is(.show, .showing) [data-bs-dismiss=offcanvas]")?.click();
      document.getElementById("prompt")?.focus();
    });
  }

  #press(button) {
    const row = button.closest(".topic");
    if (button.dataset.do === "rename-topic") this.#rename(row, button.dataset.url);
    else if (button.dataset.do === "delete-topic") this.#delete(row, button.dataset);
    else if (button.dataset.do === "more-topics") {
      this.#shown = button.dataset.shown;
      this.renew();
    }
  }

  #rename(row, url) {
    const title = row.querySelector("[data-title]");
    const field = document.createElement("input");
    Object.assign(field, { className: "form-control", value: title.textContent, maxLength: 100, ariaLabel: translate("Name of the topic") });
    field.dataset.name = "";
    let isOver = false;
    const end = async (isKept, isByKey = false) => {
      if (isOver) return;
      isOver = true;
      const name = field.value.trim();
      field.remove();
      if (isByKey) row.querySelector("a").focus(); // Else it goes to where somebody has pressed.
      if (!isKept || !name || name === title.textContent) return;
      const before = title.textContent;
      title.textContent = name;
      if (!(await this.#name(url, name, before))) title.textContent = before;
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation(); // The drawer stays open.
      end(event.key === "Enter", true);
    });
    field.addEventListener("blur", () => end(true));
    // After the menu has given the focus back.
    setTimeout(() => {
      row.append(field);
      field.select();
      field.focus();
    });
  }

  async #delete(row, { url, undo }) {
    const topic = row.querySelector("a").dataset.topic;
    const title = row.querySelector("[data-title]").textContent;
    const wasHere = topic === this.topic;
    await this.#tell(url, new FormData(), () => {
      const run = async () => {
        if ((await this.#tell(undo, new FormData())) && wasHere) this.#go(topic);
      };
      say({ text: translate("“{title}” is in the trash, with its pictures.", { title }), subject: topic, seconds: 10, action: { label: translate("Undo"), run } });
      this.querySelector("a[aria-current]")?.focus();
    });
  }

  /** `was`: what it was called when the new name was begun. Whoever was first keeps theirs, until one is chosen. */
  #name(url, name, was) {
    const body = new FormData();
    body.set("name", name);
    if (was) body.set("was", was);
    return this.#tell(url, body, () => {}, (refusal) => {
      if (refusal.code !== "changed") return refusal.toast;
      this.renew();
      const action = { label: translate("Call it “{name}”", { name }), run: () => this.#name(url, name) };
      return { ...refusal.toast, code: "", action };
    });
  }

  /** Ask for something, show the rows that it answers; whether it worked. */
  #tell(...what) {
    // One after another: a topic that is being named is no new one.
    const next = () => this.#tellNow(...what);
    const tooLong = new Promise((over) => setTimeout(over, LONGEST));
    this.#told = Promise.race([this.#told, tooLong]).then(next, next);
    return this.#told;
  }

  async #tellNow(url, body, then = () => {}, toastOf = (refusal) => refusal.toast) {
    try {
      const response = await post(this.#address(url), body);
      const html = await response.text();
      this.#asked += 1;
      this.#show(html);
      then(response);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...toastOf(error), subject: "topic" });
      return false;
    }
  }
}

customElements.define("topic-list", TopicList);
