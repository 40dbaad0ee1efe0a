/** Sends a file in parts, one after the other. No page. */

/** Where each part begins and ends. @returns {{ number: number, from: number, to: number }[]} */
export function parts(size, bytes) {
  const count = Math.max(1, Math.ceil(size / bytes));
  return Array.from({ length: count }, (_, number) => ({ number, from: number * bytes, to: Math.min(size, (number + 1) * bytes) }));
}

/**
 * @param {Blob} file
 * @param {number} bytes of a part
 * @param {(part: Blob, number: number) => Promise<unknown>} send
 * @param {(share: number) => void} [told] how much is sent, of 1
 */
export async function sendInParts(file, bytes, send, told = () => {}) {
  for (const { number, from, to } of parts(file.size, bytes)) {
    await send(file.slice(from, to), number);
    told(file.size ? to / file.size : 1);
  }
}
