/**
 * <picture-viewer><dialog></dialog></picture-viewer>: opens the page's pictures large, one after another.
 *
 * Looking never changes the form. What is done with a picture is done by its tile's own buttons: the viewer
 * closes and presses those.
 */
import { Refusal, ask } from "./post.js";

class PictureViewer extends HTMLElement {
  #link = null;

  connectedCallback() {
    document.addEventListener("click", this);
    this.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "keydown") return this.#key(event);
    const link = event.target.closest("a[data-do=open]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.#open(link);
    } else if (this.contains(event.target)) this.#press(event.target.closest("[data-do]")?.dataset.do);
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #links() {
    return [...document.querySelectorAll("a[data-do=open]")];
  }

  async #open(link, focus = "close") {
    let html;
    try {
      html = await (await ask(link.href)).text();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return location.assign(link.href); // The page itself says what is wrong.
    }
    this.#link = link;
    this.#dialog.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    const place = this.#links.indexOf(link);
    this.#button("previous").hidden = place <= 0;
    this.#button("next").hidden = place >= this.#links.length - 1;
    if (!this.#dialog.open) this.#dialog.showModal();
    const button = this.#button(focus);
    (button.hidden ? this.#button("close") : button).focus();
  }

  #press(action) {
    if (action === "close") this.#close();
    else if (action === "previous") this.#go(-1);
    else if (action === "next") this.#go(1);
    else if (action && !["edit", "leave"].includes(action)) this.#passOn(action);
  }

  #key(event) {
    if (event.target.matches("input, textarea, select")) return;
    if (event.key === "ArrowLeft") this.#go(-1);
    else if (event.key === "ArrowRight") this.#go(1);
  }

  #go(by) {
    const links = this.#links;
    const next = links[links.indexOf(this.#link) + by];
    if (next) this.#open(next, by < 0 ? "previous" : "next");
  }

  #passOn(action) {
    const tile = document.getElementById(this.#dialog.firstElementChild.dataset.job);
    this.#close();
    tile?.querySelector(`[data-do=${action}]`)?.click();
  }

  #close() {
    this.#dialog.close();
    this.#link?.scrollIntoView({ block: "nearest" });
    this.#link?.focus({ preventScroll: true });
  }

  #button(name) {
    return this.#dialog.querySelector(`[data-do=${name}]`);
  }
}

customElements.define("picture-viewer", PictureViewer);
