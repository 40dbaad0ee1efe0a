/**
 * <chat-log chat url message any>: what was said. Answers grow while they come; older messages come when somebody scrolls up
 * to them, and nothing jumps; new ones are scrolled to unless somebody reads further up.
 *
 * `message` is the address of one message, with `any` where its id belongs.
 */
import "./copy-button.js";
import "./keep-prompt.js";
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";
import { say } from "./toast-shelf.js";

const NEAR = 48; // pixels from the end that count as being there
const LOOK = 2000; // milliseconds between two looks at an answer of which nothing is heard

class ChatLog extends HTMLElement {
  static drawsItself = true;
  #isAtEnd = true;
  #fetching = new Map(); // what is being asked for -> whether it changed again meanwhile
  #watch = null;
  #sizes = null;
  #clock = 0;

  connectedCallback() {
    this.addEventListener("click", this);
    document.addEventListener("live:message", this);
    this.#place.addEventListener("scroll", this, { passive: true });
    this.toEnd();
    this.#sizes = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    this.#sizes.observe(this.#place);
    this.#watch = new IntersectionObserver((frames) => frames.some(({ isIntersecting }) => isIntersecting) && this.#older(), { root: this.#place, rootMargin: "300px 0px" });
    this.#watchOlder();
    this.#clock = setInterval(() => document.hidden || this.#look(), LOOK);
    this.#tell();
  }

  disconnectedCallback() {
    document.removeEventListener("live:message", this);
    this.#sizes.disconnect();
    this.#watch.disconnect();
    clearInterval(this.#clock);
  }

  handleEvent({ type, target, detail }) {
    if (type === "live:message") this.#heard(detail);
    else if (type === "scroll") this.#scrolled();
    else this.#press(target.closest("button"));
  }

  /** The answer that is being written, or null. */
  get answering() {
    return this.querySelector("article[state=answering]");
  }

  /** Put messages where they belong; what was sent from here is scrolled to. */
  take(html, isOwn = false) {
    if (isOwn) this.#isAtEnd = true;
    for (const part of partsOf(html)) if (part.localName === "article") this.#put(part);
    if (this.#isAtEnd) this.toEnd();
    this.#tell();
  }

  /** As another version of the window has it. What is older than its messages stays, and so does what came while it did. */
  renew(fresh) {
    const parts = [...fresh.querySelectorAll("article")];
    const [first, last] = [parts[0]?.id ?? "", parts.at(-1)?.id ?? ""];
    for (const { id } of this.querySelectorAll("article")) if (id >= first && id < last && !parts.some((part) => part.id === id)) document.getElementById(id).remove();
    for (const part of parts) this.#put(part);
    if (!this.querySelector("[data-older]") && fresh.querySelector("[data-older]") && this.querySelector("article")?.id === parts[0]?.id) {
      this.#place.prepend(fresh.querySelector("[data-older]"));
      this.#watchOlder();
    }
    this.#nothing.replaceWith(fresh.querySelector("[data-nothing]"));
    if (this.#isAtEnd) this.toEnd();
    this.#tell();
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#place.scrollTop = this.#place.scrollHeight;
    this.#pill.hidden = true;
  }

  get #place() {
    return this.querySelector("[data-messages]");
  }

  get #nothing() {
    return this.querySelector("[data-nothing]");
  }

  get #pill() {
    return this.querySelector("[data-do=to-latest]");
  }

  #put(part) {
    const old = document.getElementById(part.id);
    if (old) return morph(old, part);
    const next = [...this.querySelectorAll("article")].find(({ id }) => id > part.id);
    this.#place.insertBefore(part, next ?? this.#nothing);
    if (!this.#isAtEnd) this.#pill.hidden = false;
    return part;
  }

  #tell() {
    this.#nothing.hidden = Boolean(this.querySelector("article"));
    // Not before it is one: then it asks by itself.
    document.querySelector("chat-form:defined")?.follow(this.answering);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#place;
    if (!clientHeight) return; // Folded, or not there.
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#isAtEnd) this.#pill.hidden = true;
  }

  // --- What changes ---

  #heard(subject) {
    const [id, chat] = subject.split("/").reverse();
    if (chat && chat !== this.getAttribute("chat")) return;
    if (document.getElementById(`message-${id}`)) this.#renewOne(id);
    else this.#readNew();
  }

  /** Events may be lost, or not be told at all. */
  #look() {
    if (this.answering) this.#renewOne(this.answering.id.replace("message-", ""));
  }

  #renewOne(id) {
    return this.#fetch(this.getAttribute("message").replace(`/${this.getAttribute("any")}/`, `/${id}/`), () => this.#forget(id));
  }

  /** It was deleted elsewhere. */
  #forget(id) {
    document.getElementById(`message-${id}`)?.remove();
    this.#tell();
  }

  #readNew() {
    const last = [...this.querySelectorAll("article")].at(-1)?.id.replace("message-", "");
    return this.#fetch(last ? `${this.getAttribute("url")}?after=${last}` : this.getAttribute("url"));
  }

  /** What changes again while it is on its way is fetched once more, not in parallel. */
  async #fetch(url, isGone = () => {}) {
    if (!this.hasAttribute("url")) return;
    if (this.#fetching.has(url)) return void this.#fetching.set(url, true);
    this.#fetching.set(url, false);
    try {
      const html = await (await ask(url)).text();
      if (this.isConnected) this.take(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The stream's own bar says that the site is out of reach.
      if (error.status === 404 && this.isConnected) isGone();
    }
    const again = this.#fetching.get(url);
    this.#fetching.delete(url);
    if (again && this.isConnected) await this.#fetch(url, isGone);
  }

  // --- Further up ---

  #watchOlder() {
    const marker = this.querySelector("[data-older]");
    if (marker) this.#watch.observe(marker);
  }

  async #older() {
    const marker = this.querySelector("[data-older]");
    if (!marker || marker.ariaBusy) return;
    marker.ariaBusy = "true";
    this.#watch.disconnect();
    try {
      const parts = partsOf(await (await ask(marker.querySelector("button").dataset.url)).text());
      if (!this.isConnected) return;
      const fromEnd = this.#place.scrollHeight - this.#place.scrollTop;
      const hadFocus = marker.contains(document.activeElement);
      marker.replaceWith(...parts.filter(({ id }) => !id || !document.getElementById(id)));
      this.#place.scrollTop = this.#place.scrollHeight - fromEnd;
      if (hadFocus) parts.at(-1)?.focus({ preventScroll: true });
      this.#watchOlder();
    } catch (error) {
      marker.ariaBusy = null; // From here on by its button only.
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
    }
  }

  // --- What is done with a message ---

  #press(button) {
    if (!button) return;
    const { do: action } = button.dataset;
    const message = button.closest("article");
    if (action === "to-latest") this.toEnd();
    else if (button.closest("[data-older]")) this.#older();
    else if (action === "use-code") this.#use(button.closest(".chat-code").querySelector("pre").textContent.trim());
    else if (action === "use-message") this.#use(markedIn(message) || button.dataset.prompt);
    else if (action === "write-again") document.querySelector("chat-form").write(message.querySelector("copy-button").getAttribute("text"));
  }

  /** Into the prompt bar, which says so and can take it back. */
  #use(prompt) {
    if (this.closest("dialog:modal")) this.closest("chat-window").hide();
    document.dispatchEvent(new CustomEvent("reuse", { detail: { prompt } }));
  }
}

/** What of it somebody has marked. */
function markedIn(message) {
  const selection = document.getSelection();
  return selection.rangeCount && message.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString().trim() : "";
}

function partsOf(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.children];
}

customElements.define("chat-log", ChatLog);
