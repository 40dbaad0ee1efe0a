/**
 * <notice-bell owner>: keeps the last 50 messages of this browser, since nothing important may live only in a toast
 * that goes by itself. A dot says that something came which nobody has looked at here.
 */
import "./menu-button.js";
import { kept, keep } from "./notices.js";
import { remember, remembered } from "./remember.js";
import { locale } from "./texts.js";

class NoticeBell extends HTMLElement {
  connectedCallback() {
    document.addEventListener("toast", this);
    this.querySelector("[popover]").addEventListener("toggle", this);
    this.addEventListener("click", this);
    // What came with the page itself.
    for (const toast of document.querySelectorAll("toast-shelf .toast span")) this.#take({ text: toast.textContent.trim() });
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this);
  }

  handleEvent({ type, detail, newState, target }) {
    if (type === "toast") this.#take(detail);
    else if (type === "toggle" && newState === "open") this.#looked();
    else if (type === "click" && target.closest("[data-do=forget]")) this.#forget();
  }

  get #name() {
    return `notices ${this.getAttribute("owner")}`;
  }

  get #notices() {
    return kept(remembered(this.#name));
  }

  #take({ text, kind = "good" }) {
    remember(this.#name, JSON.stringify(keep(this.#notices, { text, kind, at: new Date().toISOString() })));
    remember(`${this.#name} new`, "1");
    this.#draw();
  }

  #looked() {
    remember(`${this.#name} new`, "");
    this.#draw();
  }

  #forget() {
    remember(this.#name, "[]");
    this.#looked();
  }

  #draw() {
    const notices = this.#notices;
    const rows = notices.map(({ text, kind, at }) => {
      const row = document.createElement("li");
      row.className = kind === "error" ? "notice is-error" : "notice";
      row.append(text);
      const time = row.appendChild(document.createElement("time"));
      time.dateTime = at;
      time.textContent = new Date(at).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });
      return row;
    });
    this.querySelector("[data-notices]").replaceChildren(...rows);
    this.querySelector("[data-none]").hidden = notices.length > 0;
    this.querySelector("[data-do=forget]").hidden = !notices.length;
    this.querySelector(".dot").hidden = remembered(`${this.#name} new`) !== "1";
  }
}

customElements.define("notice-bell", NoticeBell);
