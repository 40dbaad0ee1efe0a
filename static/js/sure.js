/** What takes much along asks once more, by the button's own label (`data-sure`): whether this press is the one that counts. */
import { lingering } from "./lingering.js";

const SURE = 5; // seconds in which a second press counts; more for whoever wants it
const SOON = 600; // milliseconds after a press in which another is part of it, as of a double click
const pressed = new WeakMap(); // button to when it was pressed last

/** @param {HTMLElement} button @param {HTMLElement} [label] what of it are words */
export function isSure(button, label = button) {
  const { sure } = button.dataset;
  if (!sure) return true;
  const since = performance.now() - (pressed.get(button) ?? -SOON);
  pressed.set(button, performance.now());
  if (button.hasAttribute("data-asked")) return since >= SOON;
  const usual = label.textContent;
  // What stands beside it stays where it is: the second press shall meet the same button.
  const width = button.getBoundingClientRect?.().width;
  if (width) button.style.minWidth = `${width}px`;
  label.textContent = sure;
  button.setAttribute("data-asked", "");
  setTimeout(() => {
    // Meanwhile the button may have come to mean something else.
    if (label.textContent === sure) label.textContent = usual;
    button.removeAttribute("data-asked");
    if (width) button.style.minWidth = "";
  }, lingering(SURE) * 1000);
  return false;
}

// A key that is held presses once.
globalThis.document?.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("[data-sure]")) event.preventDefault();
});
