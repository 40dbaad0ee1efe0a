/** What takes much along asks once more, by the button's own label (`data-sure`): whether this press is the one that counts. */
import { lingering } from "./lingering.js";

const SURE = 5; // seconds in which a second press counts; more for whoever wants it

/** @param {HTMLElement} button @param {HTMLElement} [label] what of it are words */
export function isSure(button, label = button) {
  const { sure } = button.dataset;
  if (!sure || button.hasAttribute("data-asked")) return true;
  const usual = label.textContent;
  label.textContent = sure;
  button.setAttribute("data-asked", "");
  setTimeout(() => {
    // Meanwhile the button may have come to mean something else.
    if (label.textContent === sure) label.textContent = usual;
    button.removeAttribute("data-asked");
  }, lingering(SURE) * 1000);
  return false;
}
