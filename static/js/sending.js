/** What is on its way to the server, as a card in the feed: as large as the one that comes in its place. */
import { plural } from "./texts.js";

/**
 * @param {{ prompt: string, model: string, width: number, height: number, count: number, units: number }} request
 * @returns {HTMLElement} without behaviour; whoever shows it takes it away
 */
export function sendingCard({ prompt, model, width, height, count, units }) {
  const card = document.querySelector("template[data-sending]").content.firstElementChild.cloneNode(true);
  card.querySelector("[data-prompt]").textContent = prompt;
  card.querySelector("[data-model]").textContent = model;
  card.querySelector("[data-size]").textContent = `${width} × ${height}`;
  const held = card.querySelector("[data-units]");
  if (units) held.textContent = plural("{count} unit held", "{count} units held", units);
  else held.remove();
  const few = card.firstElementChild;
  few.classList.toggle("batch-few", count <= 2);
  few.classList.toggle("is-one", count === 1);
  const tile = card.querySelector(".tile");
  tile.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${height}`);
  tile.after(...Array.from({ length: count - 1 }, () => tile.cloneNode(true)));
  return card;
}
