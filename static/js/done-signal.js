/**
 * Tells that a request of one's own is done, as its person likes it: by a sound, and by a notification of the browser while
 * the page is not looked at. Once for each request, from one tab.
 */
import { notify } from "./browser-notice.js";
import { chime } from "./chime.js";
import { preferred } from "./preferences.js";
import { ending, summary } from "./spoken.js";

const ALONE = 4000; // milliseconds in which another tab hears of the same

const told = new Set();

document.addEventListener("jobmoved", ({ target }) => {
  const card = target.closest("batch-card");
  if (!card?.isMine) return;
  if (card.isUnfinished) told.delete(card.id);
  else if (!told.has(card.id)) {
    told.add(card.id);
    tell(card);
  }
});

async function tell(card) {
  const counts = ending(card.tiles.map((tile) => tile.getAttribute("state")));
  if (!counts.done && !counts.wrong) return; // cancelled by hand: known
  const signal = async () => {
    if (preferred("sound")) await chime();
    if (preferred("notify") && !document.hasFocus()) notify(summary(counts), { body: card.querySelector(".batch-prompt")?.textContent ?? "", tag: card.id });
  };
  if (!navigator.locks) return signal();
  return navigator.locks.request(`pixazo-done-${card.id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await signal();
    await new Promise((resolve) => setTimeout(resolve, ALONE));
  });
}
