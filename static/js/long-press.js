/**
 * A finger that rests on a tile (`data-long-press`) opens its menu. It opens when the finger goes: the browser takes that
 * for a press beside an open menu, and would close it.
 */
const LONG = 500; // milliseconds
const STILL = 10; // pixels that a resting finger moves

let press = null; // { place, x, y, timer, isLong }

function begin({ pointerType, isPrimary, target, clientX: x, clientY: y }) {
  end();
  if (pointerType !== "touch" || !isPrimary) return;
  const place = target.closest?.("[data-long-press]");
  if (!place?.querySelector("menu-button") || target.closest("button, [popover]")) return;
  press = { place, x, y, timer: setTimeout(hold, LONG), isLong: false };
}

function hold() {
  if (press.isLong) return;
  press.isLong = true;
  press.place.classList.add("is-held");
  navigator.vibrate?.(10);
}

function move({ clientX, clientY }) {
  if (press && Math.hypot(clientX - press.x, clientY - press.y) > STILL) end();
}

function release() {
  const held = press?.isLong ? press.place : null;
  end();
  if (!held) return;
  // What follows is part of it, and not a press on the picture.
  const swallow = (event) => [event.preventDefault(), event.stopImmediatePropagation()];
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => {
    window.removeEventListener("click", swallow, { capture: true });
    held.querySelector("menu-button [popover]")?.showPopover();
  });
}

function end() {
  if (!press) return;
  clearTimeout(press.timer);
  press.place.classList.remove("is-held");
  press = null;
}

/** The browser's own menu, or picture under the finger, in the same moment. */
function instead(event) {
  if (!press) return;
  event.preventDefault();
  if (event.type === "contextmenu") hold();
}

const acts = { pointerdown: begin, pointermove: move, pointerup: release, pointercancel: end, contextmenu: instead, dragstart: instead };
for (const [name, act] of Object.entries(acts)) document.addEventListener(name, act);
