/** What is said aloud of a request's progress: that it began, each end, and the whole. No page, no browser. */
import { plural, translate } from "./texts.js";

const WRONG = ["failed", "blocked", "expired"];

/** How many of a request's pictures came, how many did not; the others were cancelled or are still to come. */
export function ending(states) {
  const count = (test) => states.filter(test).length;
  return { all: states.length, done: count((state) => state === "succeeded"), wrong: count((state) => WRONG.includes(state)), cancelled: count((state) => state === "cancelled") };
}

/** One sentence for a request that is over. */
export function summary({ all, done, wrong }) {
  if (done === all) return plural("{count} picture is done.", "{count} pictures are done.", all);
  if (!done && !wrong) return translate("Cancelled.");
  if (!done) return plural("{count} picture failed.", "{count} pictures failed.", wrong);
  return wrong ? translate("{done} of {all} pictures are done, {wrong} failed.", { done, all, wrong }) : translate("{done} of {all} pictures are done.", { done, all });
}

/**
 * What to say when one of a request's pictures comes into a state; "" where silence is better: a step, a picture that begins
 * after another has, a wait.
 * @param {{ number: number, to: string, from: string, note: string, states: string[] }} moved `states` are those of all by now
 */
export function said({ number, to, from, note, states }) {
  const counts = ending(states);
  const isOver = counts.done + counts.wrong + counts.cancelled === counts.all;
  const hasBegun = states.filter((state) => !["queued", "preparing"].includes(state)).length > 1;
  if (to === "running") return from === "saving" || hasBegun ? "" : plural("Drawing {count} picture.", "Drawing {count} pictures.", counts.all);
  if (WRONG.includes(to)) return [translate("Picture {number} failed: {reason}", { number, reason: note }), isOver && counts.all > 1 ? summary(counts) : ""].join(" ").trim();
  if (isOver && to !== "cancelled") return summary(counts);
  if (to === "succeeded") return translate("Picture {number} of {all} is done.", { number, all: counts.all });
  return to === "cancelled" ? translate("Picture {number} is cancelled.", { number }) : "";
}
