/** Where the person looks in the feed: what comes elsewhere moves nothing, and a pill leads to it. */
import { plural, translate } from "./texts.js";

const NEAR = 60; // pixels from the top within which a person looks at the newest card

export class Sight {
  #feed;
  #fresh = new Set(); // pictures that came out of sight, by their tiles
  #left = new IntersectionObserver((seen) => seen.forEach((each) => this.#passed(each)), { rootMargin: "100%", scrollMargin: "100%" });

  /** @param {Element} feed with its cards in [data-cards] and the pill */
  constructor(feed) {
    this.#feed = feed;
  }

  get scroller() {
    return matchMedia("(min-width: 992px)").matches ? this.#feed.closest(".feed") : window;
  }

  /** A picture, or without one a request that somebody made elsewhere. */
  newCame(tile) {
    if (!this.#isAway || (tile && isSeen(tile))) return;
    if (tile) this.#fresh.add(tile.id);
    const count = this.#fresh.size;
    this.#pill.lastElementChild.textContent = count ? plural("{count} new picture", "{count} new pictures", count) : translate("New at the top");
    this.#pill.hidden = false;
  }

  /** Scrolled, perhaps to the top. */
  moved() {
    // Where one is, is not known before the page is laid out: asked for nothing, that is done twice a frame.
    if (!this.#pill.hidden && !this.#isAway) this.#allSeen();
  }

  toNewest() {
    const { scroller } = this;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isFar = (scroller.scrollTop ?? scrollY) > 2 * innerHeight;
    const behavior = isCalm || isFar ? "instant" : "smooth";
    if (scroller !== window) scroller.scrollTo({ top: 0, behavior });
    else this.#cards.firstElementChild?.scrollIntoView({ block: "nearest", behavior });
    this.#allSeen();
  }

  /** Where the browser does not hold by itself what is looked at; what it returns is called after a change above. */
  staying() {
    if (CSS.supports("overflow-anchor", "auto") || !this.#isAway) return () => {};
    const seen = [...this.#cards.children].find((card) => card.getBoundingClientRect().bottom > 0);
    const top = seen?.getBoundingClientRect().top;
    return () => seen && this.scroller.scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" });
  }

  /** At once, and until it is far away: its reckoned height would make the others jump for one frame. */
  layOut(card) {
    card.style.contentVisibility = "visible";
    this.#left.observe(card);
  }

  #passed({ target, isIntersecting }) {
    if (isIntersecting) return;
    target.style.contentVisibility = "";
    this.#left.unobserve(target);
  }

  get #cards() {
    return this.#feed.querySelector("[data-cards]");
  }

  get #pill() {
    return this.#feed.querySelector("[data-do=to-newest]");
  }

  get #isAway() {
    const { scroller } = this;
    if (scroller !== window) return scroller.scrollTop > NEAR;
    return this.#cards.getBoundingClientRect().top < -NEAR;
  }

  #allSeen() {
    this.#fresh.clear();
    this.#pill.hidden = true;
  }
}

function isSeen(tile) {
  const { top, bottom } = tile.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
