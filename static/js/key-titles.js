/** `data-shortcut="action"`: its title tells the key that does the same, as the person now has it. */
import { written } from "./chords.js";
import { keysNow } from "./keys.js";

function tell({ target }) {
  const element = target.closest?.("[data-shortcut]");
  if (!element) return;
  element.dataset.title ??= element.title;
  const [chord] = keysNow(element.dataset.shortcut);
  const title = chord ? `${element.dataset.title} (${written(chord)})` : element.dataset.title;
  if (element.title !== title) element.title = title;
}

for (const name of ["pointerover", "focusin"]) document.addEventListener(name, tell);
