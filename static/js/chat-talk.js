/**
 * <chat-talk url>: what is in the assistant's window. It loads when the window is first seen, turns from one chat to another,
 * makes, names, deletes and imports them, and keeps what is shown true. `[data-do=to-chat]` on a picture's tile brings it here.
 */
import "./chat-form.js";
import "./chat-log.js";
import { morph } from "./morph.js";
import { Refusal, ask, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const SOON = 400; // milliseconds that changes are gathered
const HERE = "chat"; // of this tab: a reload shows the same chat

class ChatTalk extends HTMLElement {
  #loading = null; // what is shown, once it has been asked for
  #latest = 0; // an answer to an older question says nothing new
  #timer = 0;

  connectedCallback() {
    for (const name of ["click", "change"]) this.addEventListener(name, this);
    for (const name of ["live:chat", "live:hello", "click"]) document.addEventListener(name, this);
  }

  disconnectedCallback() {
    for (const name of ["live:chat", "live:hello", "click"]) document.removeEventListener(name, this);
    clearTimeout(this.#timer);
  }

  handleEvent({ type, target, currentTarget }) {
    if (type.startsWith("live:")) this.#soon();
    else if (currentTarget === document) this.#bring(target.closest("[data-do=to-chat]"));
    else if (type === "change") target.type === "file" && this.#import(target);
    else this.#press(target.closest("button"));
  }

  /** The chat that an address names, in place of the one that was here. */
  async turn(chat) {
    sessionStorage.setItem(this.#here, chat);
    this.#loading = null;
    await this.begin(true);
    if (this.#loading && this.#chat !== chat) say({ text: translate("That chat is not there any more."), kind: "error", subject: "chat" });
  }

  /** The window is seen: load what is in it. */
  async begin(wantsFocus = false) {
    this.#loading ??= this.#trying(() => this.#open(this.#address(sessionStorage.getItem(this.#here))));
    if (!(await this.#loading)) this.#loading = null;
    if (wantsFocus) this.focusField();
  }

  focusField() {
    (this.querySelector("[data-chat-field]") ?? this.closest("dialog")).focus({ preventScroll: true });
  }

  /** The chat there is, made if there is none. */
  async ensure() {
    if (!this.#chat) this.show(await (await post(this.form.getAttribute("new"))).text());
  }

  /** Show an answer of the window's doors. What is being written stays. */
  show(html) {
    this.#latest += 1;
    const page = new DOMParser().parseFromString(html, "text/html");
    const [picker, log, form] = ["chat-picker", "chat-log", "chat-form"].map((id) => page.getElementById(id));
    // A name that is being written stays; once it is, the header is read anew.
    if (!this.querySelector(".chat-name")) morph(document.getElementById("chat-picker"), picker);
    const chat = log.getAttribute("chat");
    if (!this.log) this.#body.replaceChildren(log, form);
    else {
      if (this.log.getAttribute("chat") === chat) this.log.renew(log);
      else this.log.replaceWith(log);
      this.form.renew(form);
    }
    this.#body.ariaBusy = null;
    if (chat) sessionStorage.setItem(this.#here, chat);
  }

  get log() {
    return this.querySelector("chat-log");
  }

  get form() {
    return this.querySelector("chat-form");
  }

  get #body() {
    return document.getElementById("chat-body");
  }

  get #chat() {
    return this.log?.getAttribute("chat") ?? "";
  }

  get #here() {
    return `${HERE}-${this.getAttribute("workspace")}`;
  }

  #address(chat) {
    return chat ? `${this.getAttribute("url")}?of=${encodeURIComponent(chat)}` : this.getAttribute("url");
  }

  #soon() {
    if (!this.#loading) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), SOON);
  }

  async #renew() {
    const asked = ++this.#latest;
    try {
      const html = await (await ask(this.#address(this.#chat))).text();
      if (asked === this.#latest) this.show(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The stream's own bar says that the site is out of reach.
    }
  }

  async #open(url) {
    this.show(await (await ask(url)).text());
  }

  #press(button) {
    if (!button) return;
    const { post: url, open, rename, undo } = button.dataset;
    if (open) this.#trying(() => this.#open(open));
    else if (rename) this.#rename(rename);
    else if (url) this.#do(url, undo, button.dataset.then === "write");
    else if (button.dataset.do === "import-chat") this.#choose(button.dataset.url);
  }

  async #do(url, undo, writes) {
    const title = this.querySelector("[data-chat-title]").textContent;
    const isDone = await this.#trying(async () => this.show(await (await post(url)).text()));
    if (isDone && writes) this.focusField();
    if (!isDone || !undo) return;
    const run = () => this.#trying(async () => this.show(await (await post(undo)).text()));
    say({ text: translate("“{title}” is in the trash.", { title }), subject: "chat", seconds: 10, action: { label: translate("Undo"), run } });
  }

  #choose(url) {
    const field = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json", hidden: true });
    field.dataset.url = url;
    field.addEventListener("cancel", () => field.remove());
    this.append(field);
    field.click();
  }

  async #import(field) {
    const body = new FormData();
    body.append("file", field.files[0]);
    field.remove();
    const isDone = await this.#trying(async () => this.show(await (await post(field.dataset.url, body)).text()));
    if (isDone) say({ text: translate("The chat is here."), subject: "chat" });
  }

  /** In the title's place. Enter keeps the name, Esc leaves it as it was. */
  #rename(url) {
    const title = this.querySelector("[data-chat-title]");
    const button = title.closest("button");
    const field = Object.assign(document.createElement("input"), { className: "form-control form-control-sm chat-name", value: title.textContent, maxLength: 100, ariaLabel: translate("Name of the chat") });
    let isOver = false;
    const end = (isKept, isByKey = false) => {
      if (isOver) return;
      isOver = true;
      const name = field.value.trim();
      field.remove();
      button.hidden = false;
      this.#soon();
      if (isByKey) button.focus(); // Else the focus goes to where somebody has pressed.
      if (!isKept || !name || name === title.textContent) return;
      const body = new FormData();
      body.set("title", name);
      title.textContent = name;
      this.#trying(async () => this.show(await (await post(url, body)).text()));
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation(); // The window stays unfolded.
      end(event.key === "Enter", true);
    });
    field.addEventListener("blur", () => end(true));
    // After the menu has given the focus back.
    setTimeout(() => {
      button.hidden = true;
      button.closest("menu-button").after(field);
      field.select();
      field.focus();
    });
  }

  /** A picture of the feed, to be talked about. */
  async #bring(button) {
    if (!button?.closest("job-tile")) return; // The viewer's own presses the one of its tile.
    const { picture } = button.closest("job-tile");
    this.closest("chat-window").open();
    await this.begin();
    const attached = this.querySelector("chat-attached");
    if (!attached) return say({ text: translate("No language model answers here."), kind: "error", subject: "chat", seconds: 8 });
    attached.add(picture);
    this.focusField();
  }

  /** Whether it worked; else it is said why not. */
  async #trying(act) {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
      return false;
    }
  }
}

customElements.define("chat-talk", ChatTalk);
