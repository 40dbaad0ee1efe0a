/** A finger that rests on something: that is told after a while, unless it moves away or goes before. No page, no server. */
const LONG = 500; // milliseconds
const STILL = 10; // pixels that a resting finger moves

export class LongTouch {
  #held;
  #timer = 0;
  #at = null;

  /** @param {(what: unknown) => void} held */
  constructor(held) {
    this.#held = held;
  }

  begin({ clientX, clientY }, what) {
    this.end();
    this.#at = [clientX, clientY];
    this.#timer = setTimeout(() => {
      this.end();
      this.#held(what);
    }, LONG);
  }

  move({ clientX, clientY }) {
    if (this.#at && Math.hypot(clientX - this.#at[0], clientY - this.#at[1]) > STILL) this.end();
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#at = null;
  }
}
