/**
 * Further pages of the gallery, fetched when the end of what is there comes near. Who only looks at
 * what the page begins with, as most do, costs the site no second page: before the first scroll,
 * near is what is seen.
 */
import { appendDays } from "./gallery-days.js";
import { Refusal, ask } from "./post.js";

export class FurtherPages {
  #grid;
  #came;
  #observer = this.#within("0px");

  /** @param {Element} grid with [data-rows] and, in it, [data-more] @param {() => void} came what follows a page that came */
  constructor(grid, came) {
    this.#grid = grid;
    this.#came = came;
    document.addEventListener("scroll", () => this.#lookAhead(), { capture: true, once: true, passive: true });
  }

  /** The way to more, which each page brings. */
  watch() {
    this.stop();
    const more = this.#more;
    if (more) this.#observer.observe(more);
  }

  stop() {
    this.#observer.disconnect();
  }

  #lookAhead() {
    if (!this.#grid.isConnected) return;
    this.stop();
    this.#observer = this.#within("800px");
    this.watch();
  }

  /** @param {string} margin */
  #within(margin) {
    return new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#read(), { rootMargin: margin, scrollMargin: margin });
  }

  get #more() {
    return this.#grid.querySelector("[data-more]");
  }

  async #read() {
    const more = this.#more;
    if (!more || more.hasAttribute("data-asked")) return;
    more.setAttribute("data-asked", "");
    try {
      const html = await (await ask(more.querySelector("a").href)).text();
      if (!more.isConnected) return; // Everything was read anew meanwhile.
      more.remove();
      appendDays(this.#grid.querySelector("[data-rows]"), new DOMParser().parseFromString(html, "text/html").body);
      this.#came();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      more.removeAttribute("data-asked");
    }
  }
}
