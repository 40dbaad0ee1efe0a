/** What is on its way, by name: a second press asks nothing more until the first is answered. No page, no server. */
export class Underway {
  #names = new Set();

  has(name) {
    return this.#names.has(name);
  }

  /** Do it, unless it is being done; says whether it was. What goes wrong in it is the caller's. */
  async run(name, work) {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    try {
      await work();
    } finally {
      this.#names.delete(name);
    }
    return true;
  }
}
