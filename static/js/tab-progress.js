/**
 * <tab-progress>: how far one's own pictures are, in the tab's title, so that another tab can be looked at.
 * Watches every <job-tile> of cards that are `mine`.
 */
class TabProgress extends HTMLElement {
  #title = document.title;
  #watch = new MutationObserver(() => this.#draw());

  connectedCallback() {
    this.#watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["state", "step"] });
    this.#draw();
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    document.title = this.#title;
  }

  #draw() {
    const cards = [...document.querySelectorAll("batch-card[mine]")].filter((card) => card.isUnfinished);
    const tiles = cards.flatMap((card) => card.tiles);
    const percent = Math.floor((100 * tiles.reduce((sum, tile) => sum + tile.progress, 0)) / (tiles.length || 1));
    const title = tiles.length ? `${percent} % · ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }
}

customElements.define("tab-progress", TabProgress);
