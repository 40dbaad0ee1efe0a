/** <batch-card settings mine>: one request; its buttons put its values into the form. */
class BatchCard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    // Its height is known before it is drawn: see feed.css.
    const [, , width, height] = this.querySelector(".tile-space").getAttribute("viewBox").split(" ").map(Number);
    this.style.setProperty("--ratio", height / width);
    this.style.setProperty("--rows", Math.ceil(this.tiles.length / 2));
  }

  handleEvent({ target }) {
    const button = target.closest("[data-do]");
    const tile = target.closest("job-tile");
    if (button?.dataset.do === "reuse") this.#reuse(this.settings);
    else if (button?.dataset.do === "reuse-seed") this.#reuse({ seed: tile.seed });
    else if (button?.dataset.do === "start") tile.startFrom();
    else if (button?.dataset.do === "reuse-all") this.#reuse({ ...this.settings, seed: tile.seed });
  }

  get key() {
    return this.id.replace("batch-", "");
  }

  /** Nothing where they can't be read: one broken card may not stop what asks all of them. */
  get settings() {
    try {
      return JSON.parse(this.getAttribute("settings"));
    } catch {
      return {};
    }
  }

  get isMine() {
    return this.hasAttribute("mine");
  }

  get tiles() {
    return [...this.querySelectorAll("job-tile")];
  }

  get isUnfinished() {
    return this.tiles.some((tile) => !tile.isFinished);
  }

  #reuse(settings) {
    document.dispatchEvent(new CustomEvent("reuse", { detail: settings }));
  }
}

customElements.define("batch-card", BatchCard);
