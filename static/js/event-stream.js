/**
 * <event-stream url since token name>: hears what changed and tells the page, by events on the document:
 * "live:hello" (read the state anew: from now on every change is told), "live:batch", "live:job",
 * "live:units", "live:experiment", "live:comment", "live:notice", "live:kept", "live:people", "live:ticket", "live:chat", "live:message" with the subject as detail.
 *
 * Tabs of the same `name` share one stream: whoever holds the lock listens and passes on what it hears,
 * since a browser keeps only six connections to a site. Where streams fail it polls, at growing intervals,
 * and leaves the lock to a tab that is looked at when it is hidden.
 */
import { ask } from "./post.js";
import "./reconnect-bar.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const KINDS = ["hello", "batch", "job", "topic", "units", "experiment", "comment", "notice", "kept", "people", "ticket", "chat", "message"];
const PAUSES = [1, 2, 4, 8, 10]; // seconds between two polls
const STREAM_AGAIN = 30; // seconds until a stream is tried again

class EventStream extends HTMLElement {
  #source = null;
  #failures = 0;
  #poll = 0;
  #pause = 0;
  #last = 0;
  #told = new Set();
  #again = 0;
  #isRefused = false;
  #isOut = false; // out of touch with the site
  #next = 0; // when it is asked again, in milliseconds
  #release = null; // while this tab listens, or waits for its turn
  #channel = null;
  #begun = false;

  connectedCallback() {
    for (const name of ["pagehide", "pageshow", "online", "offline"]) window.addEventListener(name, this);
    for (const name of ["visibilitychange", "pointerdown", "keydown"]) document.addEventListener(name, this);
    this.addEventListener("trynow", this);
    this.#begin();
  }

  disconnectedCallback() {
    for (const name of ["pagehide", "pageshow", "online", "offline"]) window.removeEventListener(name, this);
    for (const name of ["visibilitychange", "pointerdown", "keydown"]) document.removeEventListener(name, this);
    this.#end();
  }

  handleEvent({ type, persisted }) {
    if (type === "pagehide") this.#end();
    else if (type === "pageshow") persisted && this.#begin();
    else if (type === "offline") this.#outOfTouch();
    else if (type === "online" && this.#source?.readyState === EventSource.OPEN) this.#inTouch();
    else if (type === "trynow") this.#poll && this.#pollSoon(-1);
    else if (type !== "visibilitychange") this.#hurry();
    else if (document.hidden) this.#poll && this.#giveUp();
    else this.#comeBack();
  }

  get #shared() {
    return `pixazo-events-${this.getAttribute("name")}`;
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    if (navigator.locks && window.BroadcastChannel) {
      this.#channel = new BroadcastChannel(this.#shared);
      this.#channel.onmessage = ({ data }) => this.#tell(data.kind, data.subject);
      // Where another tab listens already, its greeting was before this page.
      navigator.locks.query().then(({ held }) => held.some(({ name }) => name === this.#shared) && this.#tell("hello"));
    }
    this.#takeTurn();
  }

  #end() {
    this.#begun = false;
    this.#giveUp();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Listen as soon as no other tab does. */
  #takeTurn() {
    if (!this.#begun || this.#release) return;
    const gone = new AbortController();
    const held = new Promise((resolve) => (this.#release = () => (resolve(), gone.abort())));
    const turn = () => {
      if (gone.signal.aborted) return;
      this.#listen();
      if (this.#failures) this.#pollSoon(0);
      return held;
    };
    if (!this.#channel) return turn();
    navigator.locks.request(this.#shared, { signal: gone.signal }, turn).catch(() => {}); // Given up before it was our turn.
  }

  #giveUp() {
    this.#release?.();
    this.#source?.close();
    clearTimeout(this.#poll);
    clearTimeout(this.#again);
    this.#release = this.#source = null;
    this.#poll = this.#again = 0;
    this.#isOut = false;
    this.#bar.rest();
  }

  #listen() {
    this.#source?.close();
    const source = new EventSource(`${this.getAttribute("url")}?token=${encodeURIComponent(this.getAttribute("token"))}`);
    this.#source = source;
    for (const kind of KINDS) source.addEventListener(kind, ({ data }) => this.#pass(kind, data));
    source.onopen = () => {
      this.#failures = 0;
      this.#inTouch();
      clearTimeout(this.#poll);
      this.#poll = 0;
    };
    source.onerror = () => {
      this.#outOfTouch();
      this.#failures += 1;
      this.#isRefused = source.readyState === EventSource.CLOSED;
      // The browser tries again by itself, unless it was refused; a proxy may swallow streams for good.
      if (!this.#isRefused && this.#failures < 3) return;
      source.close();
      this.#source = null;
      this.#pollSoon(0);
      this.#again = setTimeout(() => this.#listen(), STREAM_AGAIN * 1000);
    };
  }

  #comeBack() {
    this.#takeTurn();
    this.#hurry();
  }

  #hurry() {
    if (!this.#poll || document.hidden) return;
    if (this.#pause > 1) this.#pollSoon(0);
  }

  #pollSoon(pause) {
    clearTimeout(this.#poll);
    this.#pause = pause;
    const seconds = pause < 0 ? 0 : PAUSES[Math.min(pause, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);
    this.#poll = setTimeout(() => this.#ask(), seconds * 1000);
    this.#next = Date.now() + seconds * 1000;
    if (this.#isOut) this.#outOfTouch();
  }

  async #ask() {
    // A refusal is asked about even then: with another permission the stream goes on.
    if (document.hidden && !this.#isRefused) return this.#giveUp();
    this.#isRefused = false;
    const url = this.getAttribute("since").replace("/0/", `/${this.#last}/`);
    try {
      const response = await fetch(`${url}?token=${encodeURIComponent(this.getAttribute("token"))}`);
      if (response.status === 403) await this.#renewToken();
      else if (response.ok) this.#heard(await response.json());
      else throw new Error(`${response.status}`);
      this.#inTouch();
    } catch {
      this.#outOfTouch();
    }
    if (this.#release && this.#source?.readyState !== EventSource.OPEN) this.#pollSoon(this.#pause + 1);
  }

  #heard({ last, reset, events }) {
    // Each answer repeats a little of what the one before had.
    const fresh = events.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(events.map(({ id }) => id));
    this.#last = last;
    if (reset) return this.#pass("hello", "");
    if (fresh.length) this.#pause = -1;
    for (const { kind, subject } of fresh) this.#pass(kind, subject);
  }

  /** The page's permission to listen is short; whoever may still see the page gets another. */
  async #renewToken() {
    try {
      const page = await (await ask(location.href)).text();
      this.setAttribute("token", new DOMParser().parseFromString(page, "text/html").querySelector(this.localName).getAttribute("token"));
    } catch (error) {
      if (!(error.status >= 400 && error.status < 500)) throw error;
      return this.#refused(error);
    }
    clearTimeout(this.#again);
    if (this.#release) this.#listen();
  }

  #refused({ code, message, wayOut }) {
    this.#giveUp();
    const text = code === "signed_out" ? message : translate("This page is too old. Reload it.");
    say({ text, kind: "error", subject: "session", action: wayOut ?? { label: translate("Reload"), href: location.href } });
  }

  #pass(kind, subject) {
    this.#channel?.postMessage({ kind, subject });
    this.#tell(kind, subject);
  }

  #tell(kind, subject) {
    document.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: subject }));
  }

  get #bar() {
    return this.querySelector("reconnect-bar");
  }

  #inTouch() {
    this.#isOut = false;
    this.#bar.back();
  }

  #outOfTouch() {
    this.#isOut = Boolean(this.#release);
    if (this.#isOut) this.#bar.lost(this.#poll ? this.#next : 0);
  }
}

customElements.define("event-stream", EventStream);
