/**
 * Modules that a page's first view does without: fetched once the page has come to rest, or at once by whoever needs them.
 * A click before that is kept: the module is fetched, and the click is made again.
 */
const REST = 3000; // milliseconds after which they come though the page is busy still

/** @param {(() => Promise<unknown>)[]} loads */
export function whenAtRest(loads) {
  const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, REST));
  const begin = () => idle(next, { timeout: REST });
  // One after the other, each in a moment of its own. What doesn't come now is fetched when it is asked for.
  const next = () => loads.length && loads.shift()().catch(() => {}).then(begin);
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}

/**
 * @param {string} selector what the module acts on when it is clicked
 * @param {() => boolean} isThere
 * @param {() => Promise<unknown>} load
 */
export function onceAsked(selector, isThere, load, page = document) {
  const stop = () => page.removeEventListener("click", early, { capture: true });
  const early = (event) => {
    if (isThere()) return stop();
    const asked = event.target.closest(selector);
    if (!asked || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
    event.preventDefault();
    event.stopPropagation();
    // A link leads to its own page where the module can't be had.
    return load().finally(() => {
      stop();
      asked.click();
    });
  };
  page.addEventListener("click", early, { capture: true });
}
