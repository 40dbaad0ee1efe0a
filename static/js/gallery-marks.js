/** Stars and ratings as the gallery's pictures show them. */

export function areStarred(shots) {
  return shots.length > 0 && shots.every((shot) => "starred" in shot.dataset);
}

/** What was done to them, seen at once. */
export function show(shots, action, value) {
  for (const shot of shots) {
    if (action === "rate") {
      shot.dataset.rating = value;
      shot.querySelector(".stars").textContent = value === "0" ? "" : `★ ${value}`;
    } else if (action === "star") shot.toggleAttribute("data-starred", value !== "0");
  }
}
