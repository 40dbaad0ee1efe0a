/**
 * <event-stream url since token name>: hears what changed and tells the page, by events on the document:
 * "live:hello" (read the state anew; its detail is "first" while the page itself is new), "live:batch",
 * "live:job", "live:units" with the subject as detail.
 *
 * Tabs of the same `name` share one stream: whoever holds the lock listens and passes on what it hears,
 * since a browser keeps only six connections to a site. Where streams fail it polls, at growing intervals.
 */
import { say } from "./toast-shelf.js";

const KINDS = ["hello", "batch", "job", "units"];
const PAUSES = [1, 2, 4, 8, 10]; // seconds between two polls
const STREAM_AGAIN = 30; // seconds until a stream is tried again
const SAY_SO = 1500; // milliseconds without contact before the bar says it
const NEW_PAGE = 10_000; // milliseconds in which what the server drew is as good as read anew

class EventStream extends HTMLElement {
  #source = null;
  #failures = 0;
  #poll = 0;
  #pause = 0;
  #last = 0;
  #told = new Set();
  #bar = 0;
  #release = null;
  #channel = null;
  #begun = false;

  connectedCallback() {
    for (const name of ["pagehide", "pageshow", "online"]) window.addEventListener(name, this);
    for (const name of ["visibilitychange", "pointerdown", "keydown"]) document.addEventListener(name, this);
    this.#begin();
  }

  disconnectedCallback() {
    for (const name of ["pagehide", "pageshow", "online"]) window.removeEventListener(name, this);
    for (const name of ["visibilitychange", "pointerdown", "keydown"]) document.removeEventListener(name, this);
    this.#end();
  }

  handleEvent({ type, persisted }) {
    if (type === "pagehide") this.#end();
    else if (type === "pageshow") persisted && this.#begin();
    else if (type !== "visibilitychange") this.#hurry();
    else if (!document.hidden) this.#hurry();
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#tell("hello", this.#newness);
    if (!navigator.locks || !window.BroadcastChannel) return this.#listen();
    const shared = `pixazo-events-${this.getAttribute("name")}`;
    this.#channel = new BroadcastChannel(shared);
    this.#channel.onmessage = ({ data }) => this.#tell(data.kind, data.subject);
    const gone = new AbortController();
    const held = new Promise((resolve) => (this.#release = () => (resolve(), gone.abort())));
    navigator.locks
      .request(shared, { signal: gone.signal }, () => {
        if (this.#begun) this.#listen();
        return held;
      })
      .catch(() => {}); // Given up before it was our turn.
  }

  #end() {
    this.#begun = false;
    this.#release?.();
    this.#channel?.close();
    this.#source?.close();
    clearTimeout(this.#poll);
    clearTimeout(this.#bar);
    this.#release = this.#channel = this.#source = null;
    this.#poll = this.#bar = 0;
  }

  #listen() {
    const source = new EventSource(`${this.getAttribute("url")}?token=${encodeURIComponent(this.getAttribute("token"))}`);
    this.#source = source;
    for (const kind of KINDS) source.addEventListener(kind, ({ data }) => this.#pass(kind, kind === "hello" ? this.#newness : data));
    source.onopen = () => {
      this.#failures = 0;
      this.#inTouch();
      clearTimeout(this.#poll);
      this.#poll = 0;
    };
    source.onerror = () => {
      this.#outOfTouch();
      this.#failures += 1;
      // The browser tries again by itself, unless it was refused; a proxy may swallow streams for good.
      if (source.readyState !== EventSource.CLOSED && this.#failures < 3) return;
      source.close();
      this.#source = null;
      this.#pollSoon(0);
      setTimeout(() => this.#begun && !this.#source && this.#listen(), STREAM_AGAIN * 1000);
    };
  }

  #hurry() {
    if (!this.#poll || document.hidden) return;
    if (this.#pause > 1) this.#pollSoon(0);
  }

  #pollSoon(pause) {
    clearTimeout(this.#poll);
    this.#pause = pause;
    const seconds = PAUSES[Math.min(pause, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);
    this.#poll = setTimeout(() => this.#ask(), seconds * 1000);
  }

  async #ask() {
    if (document.hidden) return this.#pollSoon(this.#pause); // Paused; coming back hurries it.
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
    if (this.#begun && this.#source?.readyState !== EventSource.OPEN) this.#pollSoon(this.#pause + 1);
  }

  #heard({ last, reset, events }) {
    // Each answer repeats a little of what the one before had.
    const fresh = events.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(events.map(({ id }) => id));
    this.#last = last;
    if (reset) return this.#pass("hello", this.#newness);
    if (fresh.length) this.#pause = -1;
    for (const { kind, subject } of fresh) this.#pass(kind, subject);
  }

  /** The page's permission to listen lasts half a day. */
  async #renewToken() {
    const page = await fetch(location.href).then((response) => response.text());
    const token = new DOMParser().parseFromString(page, "text/html").querySelector(this.localName)?.getAttribute("token");
    if (token) this.setAttribute("token", token);
    else say({ text: "You have been signed out. Sign in again; what you wrote stays here.", kind: "error", subject: "session", action: { label: "Sign in", href: location.href } });
  }

  /** A page that came back from the browser's memory is not new, whatever its clock says. */
  get #newness() {
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    return performance.now() < NEW_PAGE && !isBack ? "first" : "";
  }

  #pass(kind, subject) {
    this.#channel?.postMessage({ kind, subject });
    this.#tell(kind, subject);
  }

  #tell(kind, subject) {
    document.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: subject }));
  }

  #inTouch() {
    clearTimeout(this.#bar);
    this.#bar = 0;
    this.firstElementChild.hidden = true;
  }

  #outOfTouch() {
    this.#bar ||= setTimeout(() => (this.firstElementChild.hidden = false), SAY_SO);
  }
}

customElements.define("event-stream", EventStream);
