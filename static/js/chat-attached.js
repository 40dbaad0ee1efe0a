/**
 * <chat-attached workspace uploads>: the pictures that go along with the next message. They are dropped anywhere on the window, or pasted
 * into it, as the links that tiles are or as files, or brought by `add(picture)`.
 */
import { own, pictureOf } from "./chat-picture.js";
import { Refusal } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";
import { upload } from "./upload.js";

const MOST = 4;
const DRAGGED = ["dragenter", "dragover", "dragleave", "drop"];

class ChatAttached extends HTMLElement {
  #pictures = new Map(); // id -> picture
  #depth = 0; // of nested elements that something is dragged over
  #window = null;

  connectedCallback() {
    this.addEventListener("click", this);
    this.#window = this.closest("dialog");
    for (const name of ["paste", ...DRAGGED]) this.#window.addEventListener(name, this);
  }

  disconnectedCallback() {
    for (const name of ["paste", ...DRAGGED]) this.#window.removeEventListener(name, this);
  }

  handleEvent(event) {
    if (event.type === "paste") this.#pasted(event);
    else if (event.type === "click") this.#remove(event.target.closest("[data-picture]"));
    else this.#dragged(event);
  }

  get images() {
    return [...this.#pictures.keys()];
  }

  /** A picture as tiles know it: { name, small_url, label }. */
  add({ name, small_url: src, label }) {
    const id = name.replace(/^(image|upload):/, "");
    if (!this.#pictures.has(id) && this.#pictures.size >= MOST) return say({ text: translate("At most {count} pictures go along with a message.", { count: MOST }), kind: "error", subject: "chat", seconds: 8 });
    this.#pictures.set(id, { src, label });
    return this.#draw();
  }

  empty() {
    this.#pictures.clear();
    this.#draw();
  }

  #remove(button) {
    if (!button) return;
    this.#pictures.delete(button.dataset.picture);
    this.#draw();
    this.closest("form").querySelector("[data-chat-field]").focus();
  }

  #draw() {
    this.hidden = !this.#pictures.size;
    this.replaceChildren(...[...this.#pictures].map(([id, picture]) => thumb(id, picture)));
  }

  /** A picture that is pasted into the window belongs here; words go where they are pasted. */
  #pasted(event) {
    const file = pictureOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    this.#send(file);
  }

  #dragged(event) {
    const { type, dataTransfer } = event;
    if (!["Files", "text/uri-list"].some((kind) => dataTransfer.types.includes(kind))) return;
    event.preventDefault();
    event.stopPropagation(); // The prompt bar takes what is dropped elsewhere.
    if (type === "dragenter") this.#depth += 1;
    else if (type === "dragleave") this.#depth -= 1;
    else if (type === "drop") {
      this.#depth = 0;
      this.#dropped(dataTransfer);
    }
    this.#window.classList.toggle("is-over", this.#depth > 0);
  }

  #dropped(data) {
    if (data.files[0]) return this.#send(data.files[0]);
    const found = own(data.getData("text/uri-list"), location.origin, this.getAttribute("workspace"));
    if (!found) return say({ text: translate("Only pictures of this workspace can be shown to the assistant."), kind: "error", subject: "chat", seconds: 8 });
    const link = [...document.querySelectorAll("job-tile a[data-do=open]")].find(({ pathname }) => pathname === found.path);
    return this.add(link ? link.closest("job-tile").picture : { name: found.id, small_url: "", label: translate("Picture") });
  }

  async #send(file) {
    try {
      this.add(await upload(this.getAttribute("uploads"), { file, label: file.name }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "chat" });
    }
  }
}

function thumb(id, { src, label }) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "chat-thumb", title: translate("Remove") });
  button.dataset.picture = id;
  button.ariaLabel = translate("Remove “{name}”", { name: label });
  if (src) button.append(Object.assign(document.createElement("img"), { src, alt: "" }));
  const icon = Object.assign(document.createElement("i"), { className: src ? "bi bi-x-lg" : "bi bi-image" });
  icon.ariaHidden = "true";
  button.append(icon);
  return button;
}

customElements.define("chat-attached", ChatAttached);
