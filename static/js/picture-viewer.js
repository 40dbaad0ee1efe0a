/**
 * <picture-viewer><dialog></dialog></picture-viewer>: opens the page's pictures large, one after another.
 *
 * Looking never changes the form. "Use" fills the form of the page, or opens the studio with it. What else is
 * done with a picture is done by its tile's own buttons: the viewer closes and presses those.
 */
import { Refusal, ask } from "./post.js";
import { remember, remembered } from "./remember.js";

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
    const sibling = event.target.closest("a[data-do=sibling]");
    const use = event.target.closest("[data-use]");
    if (sibling && this.contains(sibling)) {
      event.preventDefault();
      return this.#open(this.#links.find(({ pathname }) => pathname === sibling.pathname) ?? sibling);
    }
    if (use && this.contains(use)) return this.#use(use.dataset.use);
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
    this.#button("next").hidden = place < 0 || place >= this.#links.length - 1;
    this.#dialog.querySelector("[data-counter]").textContent = place < 0 ? "" : `${place + 1} / ${this.#links.length}`;
    this.#showInfo(remembered("viewer_info") !== "0");
    for (const near of [place - 1, place + 1]) preload(this.#links[near]);
    if (!this.#dialog.open) this.#dialog.showModal();
    const button = this.#button(focus);
    (button.hidden ? this.#button("close") : button).focus();
  }

  #press(action) {
    if (action === "close") this.#close();
    else if (action === "previous") this.#go(-1);
    else if (action === "next") this.#go(1);
    else if (action === "zoom") this.#zoom();
    else if (action === "info") this.#showInfo(this.#grid.classList.contains("is-bare"));
    else if (action && !["edit", "leave"].includes(action)) this.#passOn(action);
  }

  #key(event) {
    if (event.target.matches("input, textarea, select")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keyed = this.#dialog.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (event.key === "ArrowLeft") this.#go(-1);
    else if (event.key === "ArrowRight") this.#go(1);
    else if (event.key === "i") this.#press("info");
    else if (event.key === "z") this.#press("zoom");
    else if (event.key === "u") this.#use("all");
    else if (event.key === "r") this.#use("remix");
    else if (event.key === "p") this.#use("prompt");
    else if (event.key === "S") this.#use("seed");
    else keyed?.click();
  }

  get #grid() {
    return this.#dialog.firstElementChild;
  }

  /** Fill this page's form; from elsewhere the studio opens with all of it. */
  #use(what) {
    const { settings, seed, studio, image } = this.#grid.dataset;
    if (!document.querySelector("model-panel")) return location.assign(`${studio}?reuse=${image}`);
    const all = JSON.parse(settings);
    const parts = {
      all: { ...all, seed: Number(seed) },
      remix: all,
      prompt: { prompt: all.prompt },
      seed: { seed: Number(seed) },
      size: { width: all.width, height: all.height },
    };
    if (what === "all" || what === "remix") this.#close();
    return document.dispatchEvent(new CustomEvent("reuse", { detail: parts[what] }));
  }

  /** Each pixel as one of the screen, to be moved about; or all of it. */
  #zoom() {
    const isZoomed = this.#grid.classList.toggle("is-zoomed");
    this.#button("zoom").ariaPressed = String(isZoomed);
  }

  #showInfo(isShown) {
    this.#grid.classList.toggle("is-bare", !isShown);
    this.#button("info").ariaPressed = String(isShown);
    remember("viewer_info", isShown ? "1" : "0");
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

/** The picture behind a link, before it is asked for. */
function preload(link) {
  const small = link?.querySelector("img")?.getAttribute("src");
  if (small) new Image().src = small.replace(/\.small\.webp$/, ".png");
}

customElements.define("picture-viewer", PictureViewer);
