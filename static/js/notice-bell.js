/**
 * <notice-bell owner url>: keeps the last 50 messages, since nothing important may live only in a toast that goes by
 * itself: those of this browser, and what the site tells this person on all their devices. A dot says that something came
 * which nobody has looked at.
 */
import "./menu-button.js";
import { notify } from "./browser-notice.js";
import { kept, keep, together } from "./notices.js";
import { inOneTab } from "./one-tab.js";
import { Refusal, ask, erase, patch } from "./post.js";
import { preferred } from "./preferences.js";
import { remember, remembered } from "./remember.js";
import { locale, translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const PICTURES = ["long", "failed"];

class NoticeBell extends HTMLElement {
  #told = []; // on all devices
  #unseen = 0;

  connectedCallback() {
    document.addEventListener("toast", this);
    document.addEventListener("live:notice", this);
    this.querySelector("[popover]").addEventListener("toggle", this);
    this.addEventListener("click", this);
    // What came with the page itself.
    for (const toast of document.querySelectorAll("toast-shelf .toast span")) this.#take({ text: toast.textContent.trim() });
    this.#draw();
    // Once the page itself is there.
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.#ask());
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this);
    document.removeEventListener("live:notice", this);
  }

  handleEvent({ type, detail, newState, target }) {
    if (type === "toast") this.#take(detail);
    else if (type === "live:notice") this.#hear();
    else if (type === "toggle" && newState === "open") this.#looked();
    else if (type === "click" && target.closest("[data-do=forget]")) this.#forget();
  }

  get #name() {
    return `notices ${this.getAttribute("owner")}`;
  }

  get #own() {
    return kept(remembered(this.#name));
  }

  #take({ text, kind = "good", isKept = false }) {
    if (isKept) return; // elsewhere
    remember(this.#name, JSON.stringify(keep(this.#own, { text, kind, at: new Date().toISOString() })));
    remember(`${this.#name} new`, "1");
    this.#draw();
  }

  async #ask() {
    try {
      this.#know(await (await ask(this.getAttribute("url"))).json());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // What is out of reach or over is said elsewhere.
    }
  }

  #know({ notices, unseen }) {
    this.#told = notices;
    this.#unseen = unseen;
    this.#draw();
  }

  /** Something came while the page is open: it is said once, too. */
  async #hear() {
    const known = new Set(this.#told.map(({ id }) => id));
    await this.#ask();
    const isNew = ({ id, seen }) => !known.has(id) && !seen;
    const [here, elsewhere] = [[], []];
    for (const notice of this.#told.toReversed().filter(isNew)) (isShown(notice) ? here : elsewhere).push(notice);
    for (const { id, text, link, kind } of elsewhere) {
      say({ text, isKept: true, subject: `notice ${id}`, seconds: 10, action: { label: translate("Look at it"), href: link } });
      // Of pictures `done-signal.js` tells, where their page is open.
      if (preferred(`browser:${kind}`) && !document.hasFocus()) inOneTab(`notice-${id}`, () => notify(text, { tag: id }));
    }
    // Whoever looks at it knows, and needs no letter.
    if (here.length && document.hasFocus()) await this.#tell(() => patch(this.getAttribute("url"), { seen: here.map(({ id }) => id) }), this.#unseen - here.length);
  }

  async #looked() {
    remember(`${this.#name} new`, "");
    this.#draw();
    if (this.#unseen) await this.#tell(() => patch(this.getAttribute("url"), { seen: true }), 0);
  }

  async #forget() {
    remember(this.#name, "[]");
    remember(`${this.#name} new`, "");
    this.#draw();
    if (this.#told.length) await this.#tell(() => erase(this.getAttribute("url")), 0, []);
  }

  async #tell(send, unseen, told = this.#told) {
    try {
      await send();
      this.#know({ notices: told, unseen });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "notices" });
    }
  }

  #draw() {
    const notices = together(this.#own, this.#told);
    this.querySelector("[data-notices]").replaceChildren(...notices.map(rowOf));
    this.querySelector("[data-none]").hidden = notices.length > 0;
    this.querySelector("[data-do=forget]").hidden = !notices.length;
    this.querySelector(".dot").hidden = remembered(`${this.#name} new`) !== "1" && !this.#unseen;
  }
}

/** What it is about is on the page already: an element there says so, or it is the studio in which one's pictures are drawn. */
function isShown({ link, kind }) {
  const path = new URL(link, location).pathname;
  if (PICTURES.includes(kind) && path === location.pathname) return true;
  return Boolean(document.querySelector(`[data-shows="${CSS.escape(path)}"]`));
}

function rowOf({ text, kind, at, link }) {
  const row = document.createElement("li");
  row.className = kind === "error" ? "notice is-error" : "notice";
  const words = link ? row.appendChild(document.createElement("a")) : row;
  if (link) words.href = link;
  words.append(text);
  const time = row.appendChild(document.createElement("time"));
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });
  return row;
}

customElements.define("notice-bell", NoticeBell);
