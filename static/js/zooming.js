/** How a picture is enlarged and moved about in its stage: { zoom, x, y }, in pixels from the middle. No page, no browser. */
export const MOST = 8;
export const WHOLE = Object.freeze({ zoom: 1, x: 0, y: 0 });

/** Larger by a factor around a place (from the stage's middle), which stays where it is. */
export function around(view, factor, at, sizes) {
  const zoom = Math.min(MOST, Math.max(1, view.zoom * factor));
  const by = zoom / view.zoom;
  return within({ zoom, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, sizes);
}

export function moved(view, dx, dy, sizes) {
  return within({ ...view, x: view.x + dx, y: view.y + dy }, sizes);
}

/** No further than its edge to the stage's; in the middle where there is room. */
export function within({ zoom, x, y }, { stage, picture }) {
  if (zoom === 1) return WHOLE;
  const room = (whole, part) => Math.max(0, (part * zoom - whole) / 2);
  const hold = (value, most) => Math.min(most, Math.max(-most, value));
  return { zoom, x: hold(x, room(stage.width, picture.width)), y: hold(y, room(stage.height, picture.height)) };
}

/** What a finger means by the way it went: "swipe", "pull" (down, with nothing above) or "scroll". "" is too little to say. */
export function meaning(dx, dy, isAtTop) {
  if (Math.hypot(dx, dy) < 8) return "";
  if (Math.abs(dx) > Math.abs(dy)) return "swipe";
  return dy > 0 && isAtTop ? "pull" : "scroll";
}

/** What it has come to when the finger leaves: "previous", "next", "close" or "". Fast is as good as far. */
export function outcome(way, dx, dy, milliseconds, width) {
  const isFast = (pixels) => Math.abs(pixels) > 30 && Math.abs(pixels) / Math.max(1, milliseconds) > 0.5;
  if (way === "swipe" && (Math.abs(dx) > width / 4 || isFast(dx))) return dx < 0 ? "next" : "previous";
  return way === "pull" && (dy > 120 || isFast(dy)) ? "close" : "";
}
