/** Where the chat's window lies and how large it is, as numbers in CSS pixels. No page, no browser. */
export const LEAST = { width: 300, height: 200 };
export const MOST = { width: 600, height: 800 };
export const USUAL = { width: 400, height: 500 };
export const FOLDED = 40; // high, where only its header is left
export const STEP = 20; // by one press of an arrow key

const EDGE = 12; // between the window and an edge that it has snapped to
const NEAR = 28; // from where on it does

/** A size within the limits, of what the browser kept; the usual one of nonsense. */
export function sizeOf(stored) {
  const { width, height } = read(stored);
  return isPair(width, height) ? limited({ width, height }) : { ...USUAL };
}

/** Where it was, or null. Where that is in the window is for `inside` to say. */
export function placeOf(stored) {
  const { x, y } = read(stored);
  return isPair(x, y) ? { x: Math.round(x), y: Math.round(y) } : null;
}

export function limited({ width, height }) {
  return { width: between(LEAST.width, width, MOST.width), height: between(LEAST.height, height, MOST.height) };
}

/** As large as it was wished, as far as there is room for it. */
export function fitted(size, room) {
  return limited({ width: Math.min(size.width, room.width), height: Math.min(size.height, room.height) });
}

export function centred(size, room) {
  return inside({ x: (room.width - size.width) / 2, y: (room.height - size.height) / 2 }, size, room);
}

/** The nearest place at which all of it is seen; where it can't be, its header is. */
export function inside({ x, y }, size, room) {
  return { x: Math.max(0, between(0, x, room.width - size.width)), y: Math.max(0, between(0, y, room.height - size.height)) };
}

/** The place at an edge, where it was let go near one. */
export function snapped(place, size, room) {
  return inside({ x: drawn(place.x, size.width, room.width), y: drawn(place.y, size.height, room.height) }, size, room);
}

/**
 * The box after one of its sides was drawn: `grip` names them by their directions, such as "nw". The side across stays
 * where it is, and none leaves the room.
 */
export function resized({ x, y, width, height }, grip, by, room) {
  const [left, right] = [grip.includes("w"), grip.includes("e")];
  const [top, bottom] = [grip.includes("n"), grip.includes("s")];
  const widest = left ? x + width : right ? room.width - x : width;
  const highest = top ? y + height : bottom ? room.height - y : height;
  const size = fitted(
    { width: width + (left ? -by.x : right ? by.x : 0), height: height + (top ? -by.y : bottom ? by.y : 0) },
    { width: widest, height: highest },
  );
  return { ...size, x: left ? x + width - size.width : x, y: top ? y + height - size.height : y };
}

function drawn(at, length, room) {
  const far = room - length - EDGE;
  if (Math.abs(at - EDGE) <= NEAR && at <= far) return EDGE;
  return Math.abs(at - far) <= NEAR ? far : at;
}

function between(least, value, most) {
  return Math.round(Math.max(least, Math.min(value, most)));
}

function read(stored) {
  try {
    return JSON.parse(stored) ?? {};
  } catch {
    return {};
  }
}

function isPair(one, other) {
  return Number.isFinite(one) && Number.isFinite(other);
}
