/**
 * <picture-viewer><dialog></dialog></picture-viewer>: opens the page's pictures large, one after another.
 *
 * Looking never changes the form. "Use" fills the form of the page, or opens the studio with it. What else is
 * done with a picture is done by its tile's own buttons: the viewer closes and presses those.
 */
import { onKeys } from "./keys.js";
import { Refusal, ask } from "./post.js";
import { remember, remembered } from "./remember.js";
import { StageGestures } from "./stage-gestures.js";
import { say } from "./toast-shelf.js";

class PictureViewer extends HTMLElement {
  #link = null;
  #noKeys = null;
  #isPreview = false; // large only, without the details
  #gestures = null;
  #asked = 0; // the latest picture that somebody wanted to see, or that they wanted none

  connectedCallback() {
    document.addEventListener("click", this);
    this.#noKeys = onKeys(this, {
      previous: () => this.#go(-1),
      next: () => this.#go(1),
      details: () => this.#press("info"),
      zoom: () => this.#press("zoom"),
      "use-all": () => this.#use("all"),
      remix: () => this.#use("remix"),
      "use-prompt": () => this.#use("prompt"),
      "use-seed": () => this.#use("seed"),
      "compare-siblings": () => this.#compare(),
      preview: () => (this.#isPreview ? this.#close() : false),
    });
    document.addEventListener("previewpicture", this);
    this.#dialog.addEventListener("close", () => this.#closed());
    this.#gestures ??= new StageGestures(this.#dialog, (what) => this.#press(what));
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    document.removeEventListener("previewpicture", this);
    this.#noKeys();
  }

  handleEvent(event) {
    if (event.type === "previewpicture") {
      this.#isPreview = true;
      return this.#open(event.detail);
    }
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
      this.#isPreview = false;
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
    const asked = ++this.#asked;
    let html;
    try {
      html = await (await ask(link.href)).text();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (asked !== this.#asked) return undefined;
      if (!error.status) return say({ ...error.toast, subject: "viewer" });
      return location.assign(link.href); // The page itself says what is wrong.
    }
    if (asked !== this.#asked) return undefined;
    this.#link = link;
    this.#gestures.reset();
    const shelf = this.#dialog.querySelector(":scope > toast-shelf");
    this.#dialog.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children, ...(shelf ? [shelf] : []));
    const place = this.#links.indexOf(link);
    this.#button("previous").hidden = place <= 0;
    this.#button("next").hidden = place < 0 || place >= this.#links.length - 1;
    this.#dialog.querySelector("[data-counter]").textContent = place < 0 ? "" : `${place + 1} / ${this.#links.length}`;
    this.#showInfo(!this.#isPreview && remembered("viewer_info") !== "0");
    for (const near of [place - 1, place + 1]) preload(this.#links[near]);
    if (!this.#dialog.open) this.#dialog.showModal();
    const button = this.#button(focus);
    (button.hidden ? this.#button("close") : button).focus();
    return undefined;
  }

  #press(action) {
    if (action === "close") this.#close();
    else if (action === "previous") this.#go(-1);
    else if (action === "next") this.#go(1);
    else if (action === "zoom") this.#zoom();
    else if (action === "info") this.#info();
    else if (action === "delete") this.#delete();
    else if (action && !["edit", "leave"].includes(action)) this.#passOn(action);
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
    this.#gestures.reset();
    const isZoomed = this.#grid.classList.toggle("is-zoomed");
    this.#button("zoom").ariaPressed = String(isZoomed);
  }

  #showInfo(isShown) {
    this.#grid.classList.toggle("is-bare", !isShown);
    this.#button("info").ariaPressed = String(isShown);
  }

  #info() {
    const isShown = this.#grid.classList.contains("is-bare");
    this.#isPreview = false;
    this.#showInfo(isShown);
    remember("viewer_info", isShown ? "1" : "0");
  }

  #compare() {
    const link = this.#dialog.querySelector("a[data-compare]");
    if (!link) return false;
    link.click();
    return true;
  }

  #go(by) {
    const links = this.#links;
    const next = links[links.indexOf(this.#link) + by];
    if (next) this.#open(next, by < 0 ? "previous" : "next");
  }

  /** Its tile does it, with an undo; the next picture is shown. */
  #delete() {
    const links = this.#links;
    const place = links.indexOf(this.#link);
    const next = links[place + 1] ?? links[place - 1];
    this.#tile?.querySelector("[data-do=delete]")?.click();
    if (next) this.#open(next);
    else this.#close();
  }

  get #tile() {
    return document.getElementById(this.#grid.dataset.job);
  }

  #passOn(action) {
    const tile = this.#tile;
    this.#close();
    tile?.querySelector("menu-button")?.build();
    tile?.querySelector(`[data-do=${action}]`)?.click();
  }

  #close() {
    this.#dialog.close();
  }

  /** By button, key, gesture or "back": to the picture that was looked at last. */
  #closed() {
    this.#asked += 1;
    const link = this.#link;
    link?.scrollIntoView({ block: "nearest" });
    const place = link?.closest(".shot") ?? link;
    place?.focus({ preventScroll: true });
  }

  #button(name) {
    return this.#dialog.querySelector(`[data-do=${name}]`);
  }
}

/** The picture behind a link, before it is asked for. */
function preload(link) {
  const small = link?.querySelector("img")?.getAttribute("src");
  if (small) new Image().src = small.replace(/\.small\.webp(\?.*)?$/, ".png");
}

customElements.define("picture-viewer", PictureViewer);
