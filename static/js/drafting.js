/** What stands in the prompt of a topic when it is turned to. No page, no browser. */

/** What was stored of an unsent draft, or null. `sent`: the words that left, of which no answer came. */
export function unsentOf(stored) {
  try {
    const { prompt, version, sent } = JSON.parse(stored);
    return typeof prompt === "string" && Number.isInteger(version) ? { prompt, version, sent: Array.isArray(sent) ? sent : [] } : null;
  } catch {
    return null;
  }
}

/**
 * The site's draft, { prompt, version }, and what this browser has not sent, as `unsentOf` has it: what is shown, whether it
 * is still to be sent, and what was written elsewhere meanwhile (`aside`, or null).
 */
export function beginning(kept, unsent) {
  if (!unsent || unsent.prompt === kept.prompt) return { prompt: kept.prompt, isUnsent: false, aside: null };
  // What has arrived though its answer was lost is no other device's.
  if (unsent.version === kept.version || !kept.prompt || unsent.sent.includes(kept.prompt)) return { prompt: unsent.prompt, isUnsent: true, aside: null };
  return { prompt: kept.prompt, isUnsent: false, aside: unsent.prompt };
}

/** For whoever may only look: what they wrote last, of the site's words and what was not sent; "" once they put that away. */
export function wordsLeft(kept, unsent, putAway) {
  const words = unsent?.prompt || kept;
  return words.trim() && words !== putAway ? words : "";
}
