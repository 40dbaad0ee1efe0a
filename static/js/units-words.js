/** What is said of the day's units: a hint when most are used, and when they are gone what to do meanwhile. */
import { number, translate } from "./texts.js";

const REST = 5; // said from where on only a fifth of a day's units is left

/** Why a request of this many units can't be made; "" where it can. `when` is the time until there are new ones. */
export function tooMany({ cost, left }, when) {
  if (cost <= left) return "";
  const why = left ? translate("This takes {cost} units, you have {left} left today.", { cost: number(cost), left: number(left) }) : translate("Today's units are used up.");
  const meanwhile = left ? "" : ` ${translate("The gallery, saved prompts and downloads work as always.")}`;
  return `${why} ${translate("New ones come at 00:00 UTC, {when}.", { when })}${meanwhile}`;
}

/** What is said early, so that nobody is surprised; "" as long as there is plenty. */
export function nearlyGone({ left, daily }) {
  if (daily === Infinity || left * REST > daily) return "";
  return translate("{left} of {daily} units left today. New ones come at 00:00 UTC.", { left: number(left), daily: number(daily) });
}
