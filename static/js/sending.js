/** What is on its way to the server, as a card in the feed: as large as the one that comes in its place. */

/**
 * @param {{ prompt: string, model: string, width: number, height: number, count: number }} request
 * @returns {HTMLElement} without behaviour; whoever shows it takes it away
 */
export function sendingCard({ prompt, model, width, height, count }) {
  const card = document.querySelector("template[data-sending]").content.firstElementChild.cloneNode(true);
  card.querySelector("[data-prompt]").textContent = prompt;
  card.querySelector("[data-model]").textContent = model;
  card.querySelector("[data-size]").textContent = `${width} × ${height}`;
  const few = card.firstElementChild;
  few.classList.toggle("batch-few", count <= 2);
  few.classList.toggle("is-one", count === 1);
  const tile = card.querySelector(".tile");
  tile.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${height}`);
  tile.after(...Array.from({ length: count - 1 }, () => tile.cloneNode(true)));
  return card;
}
