/**
 * What fingers and the wheel do with the picture of a viewer: swipe to the next, pull down to close, pinch, double tap or
 * wheel to enlarge, and move about what is enlarged. `reset()` when another picture is shown.
 */
import { WHOLE, around, meaning, moved, outcome } from "./zooming.js";

const TWICE = 300; // milliseconds between the taps of a double tap
const NEAR = 40; // pixels between them
const CLOSER = 2.5; // what a double tap enlarges by

export class StageGestures {
  #view = WHOLE;
  #finger = null; // where the only finger began, and where it is
  #pinch = 0; // pixels between two fingers
  #tap = { at: 0, x: 0, y: 0 };

  /** @param {HTMLElement} place what scrolls, and has the `.stage` @param {(what: "previous"|"next"|"close") => void} act */
  constructor(place, act) {
    Object.assign(this, { place, act });
    for (const name of ["touchstart", "touchmove", "touchend", "touchcancel", "wheel"]) place.addEventListener(name, this, { passive: false });
    for (const name of ["pointerdown", "dblclick"]) place.addEventListener(name, this);
  }

  reset() {
    this.#show(WHOLE);
    this.#finger = null;
  }

  handleEvent(event) {
    const { type, target } = event;
    if (!this.#isOurs(target)) return;
    if (type === "wheel") this.#wheel(event);
    else if (type === "dblclick") this.#toggle(event);
    else if (type === "pointerdown") this.#drag(event);
    else if (type === "touchstart") this.#begin(event);
    else if (type === "touchmove") this.#go(event);
    else this.#end(event);
  }

  get #stage() {
    return this.place.querySelector(".stage");
  }

  get #picture() {
    return this.#stage?.querySelector("img.fit");
  }

  /** In real size the browser itself moves it about; buttons are buttons. */
  #isOurs(target) {
    return Boolean(this.#picture) && Boolean(target.closest(".stage")) && !target.closest("button, a") && !target.closest(".is-zoomed");
  }

  // --- Fingers ---

  // An event's own time: a page that is busy hears of it later, and a double tap is none the slower.
  #begin({ touches, timeStamp }) {
    this.#pinch = touches.length === 2 ? apart(touches) : 0;
    const [{ clientX: x, clientY: y }] = touches;
    this.#finger = touches.length === 1 ? { x, y, fromX: x, fromY: y, since: timeStamp, way: "" } : null;
  }

  #go(event) {
    const { touches } = event;
    if (touches.length === 2 && this.#pinch) {
      event.preventDefault();
      const now = apart(touches);
      this.#show(around(this.#view, now / this.#pinch, this.#from(middle(touches)), this.#sizes));
      this.#pinch = now;
      return;
    }
    const finger = this.#finger;
    if (!finger || touches.length !== 1) return;
    const [{ clientX, clientY }] = touches;
    if (this.#view.zoom > 1) {
      event.preventDefault();
      this.#show(moved(this.#view, clientX - finger.x, clientY - finger.y, this.#sizes));
      finger.way = "move";
    } else {
      const [dx, dy] = [clientX - finger.fromX, clientY - finger.fromY];
      finger.way ||= event.cancelable ? meaning(dx, dy, this.place.scrollTop <= 0) : "scroll";
      if (finger.way === "swipe" || finger.way === "pull") {
        event.preventDefault();
        this.#follow(finger.way === "swipe" ? dx : 0, finger.way === "pull" ? Math.max(0, dy) : 0);
      }
    }
    Object.assign(finger, { x: clientX, y: clientY });
  }

  #end(event) {
    this.#pinch = 0;
    const finger = this.#finger;
    if (event.touches.length || !finger) return;
    this.#finger = null;
    if (this.#view.zoom === 1) this.#follow(0, 0);
    if (event.type === "touchcancel") return;
    const { x, y, fromX, fromY, since, way } = finger;
    const what = outcome(way, x - fromX, y - fromY, event.timeStamp - since, this.#stage.clientWidth);
    if (what) this.act(what);
    else if (!way) this.#tapped(event, x, y);
  }

  #tapped(event, x, y) {
    const { at, x: beforeX, y: beforeY } = this.#tap;
    const isSecond = event.timeStamp - at < TWICE && Math.hypot(x - beforeX, y - beforeY) < NEAR;
    this.#tap = isSecond ? { at: 0, x: 0, y: 0 } : { at: event.timeStamp, x, y };
    if (!isSecond) return;
    event.preventDefault(); // No double click as well.
    this.#toggle({ clientX: x, clientY: y });
  }

  // --- Mouse ---

  #wheel(event) {
    // On a narrow screen the wheel scrolls to what stands below the picture.
    if (!event.ctrlKey && this.place.scrollHeight > this.place.clientHeight + 1) return;
    event.preventDefault();
    this.#show(around(this.#view, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.#from(event), this.#sizes));
  }

  #drag(event) {
    if (event.pointerType === "touch" || event.button || this.#view.zoom === 1) return;
    event.preventDefault();
    const stage = this.#stage;
    stage.setPointerCapture(event.pointerId);
    const move = ({ movementX, movementY }) => this.#show(moved(this.#view, movementX, movementY, this.#sizes));
    stage.addEventListener("pointermove", move);
    stage.addEventListener("lostpointercapture", () => stage.removeEventListener("pointermove", move), { once: true });
  }

  // --- The picture ---

  #toggle(event) {
    this.#show(this.#view.zoom > 1 ? WHOLE : around(WHOLE, CLOSER, this.#from(event), this.#sizes));
  }

  /** Where something is, from the stage's middle. */
  #from({ clientX, clientY }) {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  get #sizes() {
    const { clientWidth, clientHeight } = this.#stage;
    const { offsetWidth, offsetHeight } = this.#picture;
    return { stage: { width: clientWidth, height: clientHeight }, picture: { width: offsetWidth, height: offsetHeight } };
  }

  #show(view) {
    this.#view = view;
    this.#stage?.classList.toggle("is-enlarged", view.zoom > 1);
    this.#put(view.x, view.y, view.zoom);
  }

  #follow(x, y) {
    this.#stage.classList.toggle("is-followed", Boolean(x || y));
    this.#put(x, y, 1);
  }

  #put(x, y, zoom) {
    const style = this.#picture?.style;
    style?.setProperty("--x", `${x}px`);
    style?.setProperty("--y", `${y}px`);
    style?.setProperty("--zoom", String(zoom));
  }
}

function apart([one, other]) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
}

function middle([one, other]) {
  return { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 };
}
