/**
 * <job-tile state number step steps seed [picture file]>: one picture's place. Says "jobmoved" when its state
 * changes, and stands out for a few seconds when its picture has just come (`:state(fresh)`).
 */
const UNFINISHED = ["queued", "preparing", "running", "saving"];
const FRESH = 4000;

class JobTile extends HTMLElement {
  static observedAttributes = ["state"];
  #internals = this.attachInternals();

  attributeChangedCallback(name, from, to) {
    if (!from || from === to || !this.isConnected) return;
    if (to === "succeeded") this.#standOut();
    // Once the rest of the tile has changed as well.
    queueMicrotask(() => this.dispatchEvent(new CustomEvent("jobmoved", { bubbles: true, detail: { from, to } })));
  }

  get isFinished() {
    return !UNFINISHED.includes(this.getAttribute("state"));
  }

  get seed() {
    return Number(this.getAttribute("seed"));
  }

  /** Its picture as the form knows pictures. */
  get picture() {
    const image = this.querySelector("a > img");
    return {
      name: `image:${this.getAttribute("picture")}`,
      small_url: image.getAttribute("src"),
      url: this.getAttribute("file"),
      width: Number(image.getAttribute("width")),
      height: Number(image.getAttribute("height")),
      label: image.alt,
    };
  }

  /** Put its picture into the form, to work from. */
  startFrom() {
    document.dispatchEvent(new CustomEvent("startfrom", { detail: this.picture }));
  }

  /** From 0 to 1. */
  get progress() {
    if (this.isFinished) return 1;
    return Number(this.getAttribute("step")) / (Number(this.getAttribute("steps")) || 1);
  }

  get number() {
    return Number(this.getAttribute("number"));
  }

  /** What stands on it in place of a picture. */
  get note() {
    return this.querySelector(".tile-note b")?.textContent ?? "";
  }

  #standOut() {
    this.#internals.states.add("fresh");
    setTimeout(() => this.#internals.states.delete("fresh"), FRESH);
  }
}

customElements.define("job-tile", JobTile);
