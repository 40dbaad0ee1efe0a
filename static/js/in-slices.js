/** Long work in pieces: after some milliseconds of it the page answers to the person, and then it goes on. */
const SLICE = 8; // milliseconds; what is put in must be laid out and drawn in the same 50

/** @template T @param {Iterable<T>} parts @returns {AsyncGenerator<T>} each of them, when there is time for it */
export async function* inSlices(parts) {
  let since = performance.now();
  for (const part of parts) {
    if (performance.now() - since >= SLICE) {
      await new Promise((resolve) => setTimeout(resolve)); // A frame would not come in a tab behind others.
      since = performance.now();
    }
    yield part;
  }
}
