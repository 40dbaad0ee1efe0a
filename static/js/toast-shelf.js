/**
 * <toast-shelf>: short messages, one for each subject, in a polite live region.
 *
 * Anything on the page says `say({ text, ... })`; good news leaves after `seconds` (5; more for whoever wants it, see lingering.js), which wait while
 * the pointer or the focus is on it. Errors stay until they are dismissed, and are copied with their code, which is nothing
 * to be read; that the site is out of reach, until it no longer is.
 * A dialog makes the page below it deaf: while one is open, the shelf is in it.
 */
import { lingering } from "./lingering.js";
import { translate } from "./texts.js";

const MARGIN = 12; // pixels, to the window's edge

/**
 * @param {object} message
 * @param {string} message.text one sentence
 * @param {"good"|"error"} [message.kind]
 * @param {string} [message.code] what went wrong, for whoever is asked for help
 * @param {string} [message.subject] a new message replaces the older one of its subject
 * @param {{ label: string, run?: Function, href?: string }} [message.action]
 * @param {number} [message.seconds] 0: it stays
 */
export function say(message) {
  document.dispatchEvent(new CustomEvent("toast", { detail: message }));
}

class ToastShelf extends HTMLElement {
  #before = null; // what had the focus before a toast did
  #hasBegun = false; // it moves from layer to layer, which connects it anew
  // The panel beside it makes room for so much, see toast.css.
  #room = new ResizeObserver(() => {
    const room = this.offsetHeight && `${this.offsetHeight + 2 * MARGIN}px`;
    document.documentElement.style.setProperty("--px-toasts", room || "0px");
  });

  connectedCallback() {
    for (const name of ["toast", "live:hello"]) document.addEventListener(name, this);
    window.addEventListener("online", this);
    document.addEventListener("close", this, { capture: true }); // It doesn't bubble.
    this.addEventListener("click", this);
    this.addEventListener("focusin", this);
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#room.observe(this);
    for (const toast of this.children) {
      const seconds = toast.querySelector("[data-undo]") ? 10 : 8;
      this.#leave(toast, toast.dataset.kind === "error" ? 0 : seconds);
    }
  }

  disconnectedCallback() {
    for (const name of ["toast", "live:hello"]) document.removeEventListener(name, this);
    window.removeEventListener("online", this);
    document.removeEventListener("close", this, { capture: true });
  }

  handleEvent(event) {
    if (event.type === "toast") this.#show(event.detail);
    else if (event.type === "close") this.#rise();
    else if (event.type === "online" || event.type === "live:hello") this.querySelectorAll("[data-code=offline]").forEach((toast) => this.#remove(toast));
    else if (event.type === "focusin") this.#before = this.contains(event.relatedTarget) ? this.#before : event.relatedTarget;
    else if (event.target.closest("[data-dismiss]")) this.#remove(event.target.closest(".toast"));
    else if (event.target.closest("[data-copy]")) this.#copy(event.target.closest("[data-copy]"));
  }

  #show({ text, kind = "good", code = "", subject = "", action, seconds = kind === "error" ? 0 : 5 }) {
    const toast = document.createElement("div");
    toast.className = "toast show";
    toast.dataset.kind = kind;
    toast.dataset.subject = subject;
    toast.dataset.code = code;
    const body = toast.appendChild(document.createElement("div"));
    body.className = "toast-body d-flex align-items-start gap-2";
    const icon = body.appendChild(document.createElement("i"));
    icon.className = kind === "error" ? "bi bi-exclamation-triangle text-danger" : "bi bi-check2 text-success";
    icon.ariaHidden = "true";
    const words = body.appendChild(document.createElement("span"));
    words.className = "flex-grow-1";
    words.textContent = text;
    if (action) body.append(actionOf(action, () => this.#remove(toast)));
    if (kind === "error" && navigator.clipboard) body.append(copyButton(code ? `${text} (${code})` : text));
    body.append(dismissButton());
    const older = subject && this.querySelector(`[data-subject="${CSS.escape(subject)}"]`);
    const hadFocus = older && older.contains(document.activeElement);
    this.#rise();
    if (older) older.replaceWith(toast);
    else this.append(toast);
    if (hadFocus) toast.querySelector("button, a").focus();
    this.#leave(toast, seconds);
  }

  async #copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; // Refused: the words can still be selected.
    }
    button.firstElementChild.className = "bi bi-check2";
    button.ariaLabel = button.title = translate("Copied.");
  }

  /** To where it is seen and can be pressed. */
  #rise() {
    const top = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
    if (this.parentElement !== top) top.append(this);
  }

  /** After its time; while somebody is at it, it stays, and has its time again when they go. */
  #leave(toast, seconds) {
    if (!seconds) return;
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => toast.matches(":hover, :focus-within") || this.#remove(toast), lingering(seconds) * 1000);
    };
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
    wait();
  }

  /** The focus goes back to where it came from. */
  #remove(toast) {
    const hadFocus = toast.contains(document.activeElement);
    toast.remove();
    if (hadFocus && this.#before?.isConnected) this.#before.focus({ preventScroll: true });
  }
}

function actionOf({ label, run, href }, leave) {
  const control = document.createElement(href ? "a" : "button");
  control.className = "btn btn-ghost btn-sm text-nowrap";
  control.textContent = label;
  if (href) control.href = href;
  else control.type = "button";
  if (run) {
    // Also done by a key, see key-help.js.
    if (label === translate("Undo")) control.dataset.undo = "";
    control.addEventListener("click", () => {
      leave();
      run();
    });
  }
  return control;
}

function copyButton(words) {
  const button = iconButton(translate("Copy the message"), "copy");
  button.dataset.copy = words;
  return button;
}

function dismissButton() {
  const button = iconButton(translate("Dismiss"), "x-lg");
  button.dataset.dismiss = "";
  return button;
}

function iconButton(label, icon) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-icon btn-sm";
  button.ariaLabel = button.title = label;
  const picture = button.appendChild(document.createElement("i"));
  picture.className = `bi bi-${icon}`;
  picture.ariaHidden = "true";
  return button;
}

customElements.define("toast-shelf", ToastShelf);
