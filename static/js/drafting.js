/** What stands in the prompt of a topic when it is turned to. No page, no browser. */

/** What was stored of an unsent draft, or null. */
export function unsentOf(stored) {
  try {
    const { prompt, version } = JSON.parse(stored);
    return typeof prompt === "string" && Number.isInteger(version) ? { prompt, version } : null;
  } catch {
    return null;
  }
}

/**
 * The site's draft and what this browser has not sent, each { prompt, version }: what is shown, whether it is still to be
 * sent, and what was written elsewhere meanwhile (`aside`, or null).
 */
export function beginning(kept, unsent) {
  if (!unsent || unsent.prompt === kept.prompt) return { prompt: kept.prompt, isUnsent: false, aside: null };
  if (unsent.version === kept.version || !kept.prompt) return { prompt: unsent.prompt, isUnsent: true, aside: null };
  return { prompt: kept.prompt, isUnsent: false, aside: unsent.prompt };
}

/** For whoever may only look: what they wrote last, of the site's words and what was not sent; "" once they put that away. */
export function wordsLeft(kept, unsent, putAway) {
  const words = unsent?.prompt || kept;
  return words.trim() && words !== putAway ? words : "";
}
