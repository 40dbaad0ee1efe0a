/** What is spoken to those who don't see it: sparsely, a few changes in one sentence. */
const GATHER = 1200; // milliseconds
const GAP = 50; // milliseconds in which nothing is said

export class Teller {
  #place;
  #sentences = [];
  #timer = 0;

  /** @param {() => Element} place the live region */
  constructor(place) {
    this.#place = place;
  }

  tell(sentence) {
    if (!sentence || this.#sentences.includes(sentence)) return;
    this.#sentences.push(sentence);
    this.#timer ||= setTimeout(() => this.#speak(), GATHER);
  }

  #speak() {
    const words = this.#sentences.join(" ");
    this.#sentences = [];
    this.#timer = 0;
    const place = this.#place();
    place.textContent = ""; // The same words again would be no change, and not be read.
    setTimeout(() => (place.textContent = words), GAP);
  }
}
