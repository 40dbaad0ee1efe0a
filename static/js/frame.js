/** What the browser remembers of the window's parts, as numbers and yes or no. No page, no browser. */
export const LEAST = 320;
export const MOST = 420;

/** A width in pixels within the limits; the usual one where nothing or nonsense was stored. */
export function widthOf(stored) {
  const pixels = typeof stored === "string" && stored.trim() ? Number(stored) : NaN;
  return Number.isNaN(pixels) ? LEAST : clamped(pixels);
}

export function clamped(pixels) {
  return Math.round(Math.min(MOST, Math.max(LEAST, pixels)));
}

/** "true" or "false"; the usual one for everything else. */
export function flagOf(stored, usual) {
  return stored === "true" || (stored !== "false" && usual);
}
