/**
 * <axis-order>: the axes of an experiment, each in its place. One is dragged onto another's place by mouse or finger,
 * moved by the arrow keys, or sent on by a press; "axismoved" says which two swap.
 */
import { byKey, byPress, swap } from "./arranging.js";

const FAR = 6; // pixels from which a press is a drag

class AxisOrder extends HTMLElement {
  #drag = null;
  #dragged = false;

  connectedCallback() {
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "click"]) this.addEventListener(name, this);
  }

  handleEvent(event) {
    const chip = event.target.closest(".xslot button");
    const { type } = event;
    if (type === "pointerdown") chip && !event.button && this.#take(chip, event);
    else if (type === "pointermove") this.#drag && this.#move(event);
    else if (type === "pointerup") this.#drag && this.#drop(event);
    else if (type === "pointercancel") this.#end();
    else if (chip && type === "keydown") this.#key(chip, event);
    else if (chip && type === "click") this.#press(chip);
  }

  get #slots() {
    return [...this.querySelectorAll(".xslot")];
  }

  #placeOf(chip) {
    return Number(chip.closest(".xslot").dataset.slot);
  }

  #take(chip, { pointerId, clientX, clientY }) {
    this.#drag = { chip, x: clientX, y: clientY, over: null };
    this.#dragged = false;
    chip.setPointerCapture(pointerId);
  }

  #move({ clientX, clientY }) {
    const { chip, x, y } = this.#drag;
    if (!this.#dragged && Math.hypot(clientX - x, clientY - y) < FAR) return;
    this.#dragged = true;
    chip.style.translate = `${clientX - x}px ${clientY - y}px`;
    chip.classList.add("is-dragged");
    const over = this.#slots.find((slot) => within(slot.getBoundingClientRect(), clientX, clientY));
    for (const slot of this.#slots) slot.classList.toggle("is-over", slot === over);
    this.#drag.over = over;
  }

  #drop() {
    const { chip, over } = this.#drag;
    this.#end();
    if (this.#dragged && over) this.#tell(chip, swap(this.#placeOf(chip), Number(over.dataset.slot)));
  }

  #end() {
    if (!this.#drag) return;
    this.#drag.chip.style.removeProperty("translate");
    this.#drag.chip.classList.remove("is-dragged");
    for (const slot of this.#slots) slot.classList.remove("is-over");
    this.#drag = null;
  }

  #key(chip, event) {
    const found = byKey(event.key, this.#placeOf(chip), this.#slots.length);
    if (!found) return;
    event.preventDefault();
    this.#tell(chip, found);
  }

  #press(chip) {
    // The click that ends a drag is none.
    if (this.#dragged) this.#dragged = false;
    else this.#tell(chip, byPress(this.#placeOf(chip), this.#slots.length));
  }

  #tell(chip, found) {
    if (found) this.dispatchEvent(new CustomEvent("axismoved", { bubbles: true, detail: { swap: found, focus: chip.id } }));
  }
}

function within({ left, right, top, bottom }, x, y) {
  return x >= left && x <= right && y >= top && y <= bottom;
}

customElements.define("axis-order", AxisOrder);
