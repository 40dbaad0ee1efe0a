/** Where an axis goes that is moved from its place: which two places swap, as "01". No page here. */

/** By an arrow key; nothing at the ends. */
export function byKey(key, from, count) {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key];
  const to = from + (step ?? NaN);
  return to >= 0 && to < count ? swap(from, to) : "";
}

/** By a press: to the next place, from the last to the first. */
export function byPress(from, count) {
  return swap(from, (from + 1) % count);
}

export function swap(from, to) {
  return from === to ? "" : [from, to].sort().join("");
}
