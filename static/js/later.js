/** Work that is put off, by name: what is put off again waits anew, and holds up nothing of another name. No page, no server. */
export class Later {
  #work;
  #timers = new Map();

  /** @param {(name: string) => void} work what is done of that name when its time has come */
  constructor(work) {
    this.#work = work;
  }

  putOff(name, milliseconds) {
    this.stop(name);
    const due = () => {
      this.#timers.delete(name);
      this.#work(name);
    };
    this.#timers.set(name, setTimeout(due, milliseconds));
  }

  stop(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  stopAll() {
    for (const name of [...this.#timers.keys()]) this.stop(name);
  }
}
