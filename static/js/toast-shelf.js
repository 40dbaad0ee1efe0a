/**
 * <toast-shelf>: short messages, one for each subject, in a polite live region.
 *
 * Anything on the page says `say({ text, ... })`; good news leaves after `seconds` (5), which wait while
 * the pointer or the focus is on it. Errors stay until they are dismissed.
 */
import { translate } from "./texts.js";

/**
 * @param {object} message
 * @param {string} message.text one sentence
 * @param {"good"|"error"} [message.kind]
 * @param {string} [message.subject] a new message replaces the older one of its subject
 * @param {{ label: string, run?: Function, href?: string }} [message.action]
 * @param {number} [message.seconds] 0: it stays
 */
export function say(message) {
  document.dispatchEvent(new CustomEvent("toast", { detail: message }));
}

class ToastShelf extends HTMLElement {
  connectedCallback() {
    document.addEventListener("toast", this);
    this.addEventListener("click", this);
    for (const toast of this.children) this.#leave(toast, toast.dataset.kind === "error" ? 0 : 8);
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this);
  }

  handleEvent(event) {
    if (event.type === "toast") this.#show(event.detail);
    else if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  }

  #show({ text, kind = "good", subject = "", action, seconds = kind === "error" ? 0 : 5 }) {
    const toast = document.createElement("div");
    toast.className = "toast show";
    toast.dataset.kind = kind;
    toast.dataset.subject = subject;
    const body = toast.appendChild(document.createElement("div"));
    body.className = "toast-body d-flex align-items-start gap-2";
    const icon = body.appendChild(document.createElement("i"));
    icon.className = kind === "error" ? "bi bi-exclamation-triangle text-danger" : "bi bi-check2 text-success";
    icon.ariaHidden = "true";
    const words = body.appendChild(document.createElement("span"));
    words.className = "flex-grow-1";
    words.textContent = text;
    if (action) body.append(actionOf(action, toast));
    body.append(dismissButton());
    const older = subject && this.querySelector(`[data-subject="${CSS.escape(subject)}"]`);
    if (older) older.replaceWith(toast);
    else this.append(toast);
    this.#leave(toast, seconds);
  }

  #leave(toast, seconds) {
    if (!seconds) return;
    let timer;
    const wait = () => (timer = setTimeout(() => toast.remove(), seconds * 1000));
    const stay = () => clearTimeout(timer);
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
    wait();
  }
}

function actionOf({ label, run, href }, toast) {
  const control = document.createElement(href ? "a" : "button");
  control.className = "btn btn-ghost btn-sm text-nowrap";
  control.textContent = label;
  if (href) control.href = href;
  else control.type = "button";
  if (run) {
    control.addEventListener("click", () => {
      toast.remove();
      run();
    });
  }
  return control;
}

function dismissButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-icon btn-sm";
  button.ariaLabel = button.title = translate("Dismiss");
  button.dataset.dismiss = "";
  const cross = button.appendChild(document.createElement("i"));
  cross.className = "bi bi-x-lg";
  cross.ariaHidden = "true";
  return button;
}

customElements.define("toast-shelf", ToastShelf);
