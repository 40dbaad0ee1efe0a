/**
 * Tells that a request of one's own is done or failed, as its person likes it: by a sound, and by a notification of the
 * browser while the page is not looked at. Once for each request, from one tab.
 */
import { notify } from "./browser-notice.js";
import { chime } from "./chime.js";
import { inOneTab } from "./one-tab.js";
import { preferred } from "./preferences.js";
import { ending, summary } from "./spoken.js";

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

function tell(card) {
  const counts = ending(card.tiles.map((tile) => tile.getAttribute("state")));
  if (!counts.done && !counts.wrong) return undefined; // cancelled by hand: known
  const kind = counts.done ? "drawn" : "failed";
  return inOneTab(`done-${card.id}`, async () => {
    if (preferred(`sound:${kind}`)) await chime();
    if (preferred(`browser:${kind}`) && !document.hasFocus()) notify(summary(counts), { body: card.querySelector(".batch-prompt")?.textContent ?? "", tag: card.id });
  });
}
