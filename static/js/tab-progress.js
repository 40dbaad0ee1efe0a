/**
 * <tab-progress>: how far one's own pictures are, in the tab's title, so that another tab can be looked at.
 * Watches every <job-tile> of cards that are `mine`. The title itself is told by "titlechange" on the document.
 */
const UNFINISHED = ["queued", "preparing", "running", "saving"].map((state) => `[state=${state}]`).join(", ");
const PAUSE = 500; // milliseconds: a title need not change with every step

class TabProgress extends HTMLElement {
  #title = document.title;
  #timer = 0;
  #watch = new MutationObserver(() => (this.#timer ||= setTimeout(() => this.#draw(), PAUSE)));

  connectedCallback() {
    this.#watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["state", "step"] });
    document.addEventListener("titlechange", this);
    this.#draw();
  }

  handleEvent({ detail }) {
    this.#title = detail;
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("titlechange", this);
    this.#watch.disconnect();
    clearTimeout(this.#timer);
    document.title = this.#title;
  }

  #draw() {
    this.#timer = 0;
    // Among hundreds of cards few are unfinished: those are looked for.
    const unfinished = document.querySelectorAll(`batch-card[mine] job-tile:is(${UNFINISHED})`);
    const cards = [...new Set([...unfinished].map((tile) => tile.closest("batch-card")))];
    const tiles = cards.flatMap((card) => card.tiles);
    const percent = Math.floor((100 * tiles.reduce((sum, tile) => sum + tile.progress, 0)) / (tiles.length || 1));
    const title = tiles.length ? `${percent} % · ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }
}

customElements.define("tab-progress", TabProgress);
