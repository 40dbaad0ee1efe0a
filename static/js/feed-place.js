/**
 * <feed-place>, in a <batch-feed>: whoever comes back by the browser's "back" is where they were, also when that was
 * among what the page brings only as one goes down. Kept for this tab, by the card that was looked at.
 */
const NEAR = 60; // pixels from the top within which there is nothing to keep
const SETTLES = 10; // frames
const MOVES = ["wheel", "touchstart", "keydown", "pointerdown"];

class FeedPlace extends HTMLElement {
  #isMoved = false; // by the person, since the page is here

  connectedCallback() {
    window.addEventListener("pagehide", this);
    for (const name of MOVES) document.addEventListener(name, this, { passive: true });
    const [{ type }] = performance.getEntriesByType("navigation");
    if (type === "back_forward") this.#return();
  }

  disconnectedCallback() {
    window.removeEventListener("pagehide", this);
    for (const name of MOVES) document.removeEventListener(name, this);
  }

  handleEvent({ type }) {
    if (type === "pagehide") this.#keep();
    else this.#isMoved = true;
  }

  get #feed() {
    return this.closest("batch-feed");
  }

  get #cards() {
    return [...this.#feed.querySelectorAll("batch-card")];
  }

  get #scroller() {
    return matchMedia("(min-width: 992px)").matches ? this.closest(".feed") : document.scrollingElement;
  }

  #keep() {
    const top = this.#scroller.scrollTop;
    const seen = top > NEAR && this.#seen;
    store(seen ? { card: seen.id, top: seen.getBoundingClientRect().top } : null);
  }

  /** The first one whose top is in sight, else the one that fills it. */
  get #seen() {
    const within = (place) => place >= 0 && place < innerHeight;
    const cards = this.#cards.map((card) => [card, card.getBoundingClientRect()]);
    const [card] = cards.find(([, { top }]) => within(top)) ?? cards.find(([, { bottom }]) => bottom > 0) ?? [];
    return card;
  }

  async #return() {
    const place = stored();
    if (!place) return;
    const card = await this.#reach(place.card);
    // What comes into sight is laid out a frame later, and may be higher than it was reckoned.
    for (let frame = 0; card && frame < SETTLES; frame += 1) {
      if (this.#isMoved) return;
      const by = card.getBoundingClientRect().top - place.top;
      if (Math.abs(by) >= 1) this.#scroller.scrollBy({ top: by, behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  }

  /** That card, or the one that is in its place now: the pages before it are fetched. Null if there is no way to it. */
  async #reach(id) {
    await Promise.all(["batch-card", "feed-more"].map((name) => customElements.whenDefined(name)));
    for (;;) {
      const card = this.#cards.find((each) => each.id <= id);
      const more = this.#feed.querySelector("feed-more");
      if (card || !more) return card ?? this.#cards.at(-1) ?? null;
      if (this.#isMoved) return null;
      await more.fetch();
      if (more.isConnected) return null; // It could not be fetched.
    }
  }
}

const nameHere = () => `feed_place ${location.pathname}${location.search}`;

function store(place) {
  try {
    if (place) sessionStorage.setItem(nameHere(), JSON.stringify(place));
    else sessionStorage.removeItem(nameHere());
  } catch {
    // Private windows, full storage: one begins at the top.
  }
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(nameHere()));
  } catch {
    return null;
  }
}

customElements.define("feed-place", FeedPlace);
