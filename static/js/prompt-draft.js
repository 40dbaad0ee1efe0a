/**
 * <prompt-draft for url topic default version kept [given]>: what is being written, kept for each topic on the site, so
 * that it is there after a reload and on another device; until it has arrived it is kept in this browser.
 *
 * `url` is that of the topics; without a `topic` (all of them together) the draft is that of `default`. `given`: the
 * prompt came with the address. "topicchange" on the document ({ topic }) turns to another topic's draft.
 */
import { beginning, unsentOf } from "./drafting.js";
import { Later } from "./later.js";
import { Refusal, ask, post } from "./post.js";
import { forget, remember, remembered } from "./remember.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const PAUSE = 800; // milliseconds after the last key
const AGAIN = 10_000; // milliseconds until the site is tried again
const LOST = 3; // answers that may be lost one after another

class PromptDraft extends HTMLElement {
  #drafts = new Map(); // topic -> { prompt, version } as the site has it
  #sent = new Map(); // topic -> what has left this page, of which no answer came
  #sending = new Map(); // topic -> while what was written there is on its way
  #later = new Later((topic) => this.#send(topic)); // what is written in one topic puts off nothing of another

  connectedCallback() {
    for (const name of ["input", "settingschange", "topicchange", "visibilitychange"]) document.addEventListener(name, this);
    for (const name of ["pagehide", "online"]) window.addEventListener(name, this);
    this.#drafts.set(this.#topic, { prompt: this.getAttribute("kept"), version: Number(this.getAttribute("version")) });
    if (this.hasAttribute("given")) this.#changed();
    else this.#begin();
  }

  disconnectedCallback() {
    for (const name of ["input", "settingschange", "topicchange", "visibilitychange"]) document.removeEventListener(name, this);
    for (const name of ["pagehide", "online"]) window.removeEventListener(name, this);
    this.#later.stopAll();
  }

  handleEvent({ type, target, detail }) {
    if (type === "topicchange") this.#turnTo(detail.topic);
    else if (type === "online") for (const topic of this.#drafts.keys()) this.#send(topic);
    else if (type === "pagehide" || (type === "visibilitychange" && document.hidden)) this.#send();
    else if (type === "settingschange" || target === this.#field) this.#changed();
  }

  get #field() {
    return document.getElementById(this.getAttribute("for"));
  }

  get #topic() {
    return this.getAttribute("topic") || this.getAttribute("default");
  }

  #url(topic) {
    return `${this.getAttribute("url")}${topic}/draft/`;
  }

  get #kept() {
    return this.#drafts.get(this.#topic);
  }

  #changed() {
    const prompt = this.#field.value;
    const kept = this.#kept;
    if (prompt === kept?.prompt && !remembered(nameOf(this.#topic))) return;
    this.#remember(this.#topic, { prompt, version: kept?.version ?? 0 });
    // Before the site's own has come there is nothing to write it over.
    if (kept) this.#later.putOff(this.#topic, PAUSE);
  }

  // --- To the site ---

  #send(topic = this.#topic) {
    this.#later.stop(topic);
    if (!this.#drafts.has(topic) || this.#sending.has(topic)) return;
    this.#sending.set(topic, this.#sendAll(topic).finally(() => this.#sending.delete(topic)));
  }

  async #sendAll(topic) {
    let unsent;
    while ((unsent = unsentOf(remembered(nameOf(topic))))) {
      const body = new FormData();
      body.set("prompt", unsent.prompt);
      body.set("version", this.#drafts.get(topic).version);
      const sent = this.#sent.get(topic) ?? [];
      this.#sent.set(topic, [...sent, unsent.prompt].slice(-LOST));
      this.#remember(topic, unsent);
      let answer;
      try {
        answer = await (await post(this.#url(topic), body, {}, { keepalive: true })).json();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // It stays in this browser. A topic that has gone takes it no more.
        if (error.status !== 404) this.#later.putOff(topic, AGAIN);
        return;
      }
      this.#sent.delete(topic);
      if (!answer.kept && answer.prompt !== unsent.prompt && !sent.includes(answer.prompt)) this.#offer(topic, answer.prompt, translate("Something else was written here in another tab or on another device."));
      const { prompt, version } = answer;
      this.#drafts.set(topic, { prompt, version });
      const now = unsentOf(remembered(nameOf(topic)));
      if (now?.prompt === prompt) forget(nameOf(topic));
      else if (now) this.#remember(topic, { prompt: now.prompt, version });
    }
  }

  #remember(topic, { prompt, version }) {
    remember(nameOf(topic), JSON.stringify({ prompt, version, sent: this.#sent.get(topic) ?? [] }));
  }

  // --- From topic to topic ---

  async #turnTo(topic) {
    if (topic === (this.getAttribute("topic") ?? "")) return;
    this.#send();
    this.setAttribute("topic", topic);
    this.closest("form").elements.topic.value = topic;
    const now = this.#topic;
    this.#show(unsentOf(remembered(nameOf(now)))?.prompt ?? this.#kept?.prompt ?? "");
    const shown = this.#field.value;
    try {
      const { prompt, version } = await (await ask(this.#url(now))).json();
      this.#drafts.set(now, { prompt, version });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#drafts.set(now, this.#drafts.get(now) ?? { prompt: "", version: 0 });
    }
    // Somebody may have written on, or turned further.
    if (now !== this.#topic) return;
    if (this.#field.value === shown) this.#begin();
    else this.#changed();
  }

  #begin() {
    const unsent = unsentOf(remembered(nameOf(this.#topic)));
    const { prompt, isUnsent, aside } = beginning(this.#kept, unsent);
    if (isUnsent) this.#sent.set(this.#topic, unsent.sent);
    this.#show(prompt);
    if (isUnsent) this.#send();
    else forget(nameOf(this.#topic));
    if (aside) this.#offer(this.#topic, aside, translate("What you wrote here was not sent, and another device has written since."));
  }

  #show(prompt) {
    const field = this.#field;
    if (field.value === prompt) return;
    field.value = prompt;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #offer(topic, prompt, words) {
    say({ text: words, subject: "draft", seconds: 0, action: { label: translate("Use that"), run: () => topic === this.#topic && this.#show(prompt) } });
  }
}

const nameOf = (topic) => `draft_${topic}`;

customElements.define("prompt-draft", PromptDraft);
