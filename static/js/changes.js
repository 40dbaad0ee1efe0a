/**
 * What changed, gathered: many events become few requests, one at a time, and what changes while it is being read
 * is read once more. No page, no server.
 */
const GATHER = 60; // milliseconds
const MOST = 12; // names in one request: what comes must not keep the page busy for long

export class Changes {
  #read;
  #waiting = new Set();
  #reading = []; // names on their way
  #timer = 0;

  /** @param {(names: string[]) => Promise<void>} read fetches and shows them */
  constructor(read) {
    this.#read = read;
  }

  note(name) {
    this.#waiting.add(name);
    this.#soon();
  }

  /** What is on its way was asked for before something that is not known. */
  again() {
    for (const name of this.#reading) this.#waiting.add(name);
  }

  #soon() {
    if (this.#reading.length || this.#timer) return;
    this.#timer = setTimeout(() => this.#next(), GATHER);
  }

  async #next() {
    this.#timer = 0;
    this.#reading = [...this.#waiting].slice(0, MOST);
    for (const name of this.#reading) this.#waiting.delete(name);
    try {
      await this.#read(this.#reading);
    } finally {
      this.#reading = [];
      if (this.#waiting.size) this.#soon();
    }
  }
}
