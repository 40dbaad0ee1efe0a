/**
 * <mask-painter><dialog></dialog></mask-painter>: paints over a picture what is to be drawn anew.
 *
 * By mouse, finger or pen; by keyboard the arrows move the brush and the space bar paints. `paint(picture, mask)`
 * opens it and promises the mask as a PNG of the picture's size, white where it is drawn anew, or null.
 */
import { onKeys } from "./keys.js";
import { MaskDrawing } from "./mask-drawing.js";
import { translate } from "./texts.js";

const NUDGE = 0.02; // of the picture's longer side

class MaskPainter extends HTMLElement {
  #drawing = null;
  #isErasing = false;
  #at = null; // where the brush is, in the picture's pixels
  #finish = null;
  #noKeys = null;

  connectedCallback() {
    for (const name of ["click", "input", "keydown"]) this.addEventListener(name, this);
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave", "blur", "focus"]) this.#canvas.addEventListener(name, this);
    this.#dialog.addEventListener("close", () => this.#finish?.(null));
    const onCanvas = (act) => ({ target }) => (target === this.#canvas ? act() : false);
    this.#noKeys = onKeys(this, {
      "undo-stroke": () => this.#press("undo"),
      brush: onCanvas(() => this.#press("brush")),
      eraser: onCanvas(() => this.#press("eraser")),
      "smaller-brush": onCanvas(() => this.#resize(-2)),
      "larger-brush": onCanvas(() => this.#resize(2)),
    });
  }

  disconnectedCallback() {
    this.#noKeys();
  }

  handleEvent(event) {
    const { type } = event;
    if (type === "click") this.#press(event.target.closest("[data-do]")?.dataset.do);
    else if (type === "keydown") this.#key(event);
    else if (type === "input") this.#draw();
    else if (type === "focus" || type === "blur") this.#showBrush(type === "focus" && this.#canvas.matches(":focus-visible"));
    else this.#point(event);
  }

  /** @returns {Promise<File | null>} */
  async paint({ url, width, height, label }, mask) {
    const image = this.querySelector("img");
    image.src = url;
    image.alt = label || "";
    Object.assign(this.#canvas, { width, height });
    this.#stage.style.setProperty("--ratio", `${width} / ${height}`);
    this.#drawing = new MaskDrawing(this.#canvas, mask?.url);
    this.#at = { x: width / 2, y: height / 2 };
    this.#isErasing = false;
    // From now on it can be closed.
    const painted = new Promise((resolve) => (this.#finish = resolve));
    this.#dialog.showModal();
    this.#canvas.focus();
    this.#draw();
    await this.#drawing.ready;
    this.#draw();
    return painted;
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #canvas() {
    return this.querySelector("canvas");
  }

  get #stage() {
    return this.querySelector("[data-stage]");
  }

  /** The brush's width in the picture's pixels. */
  get #width() {
    const share = Number(this.querySelector("[type=range]").value) / 100;
    return Math.max(1, share * Math.max(this.#canvas.width, this.#canvas.height));
  }

  // --- Painting ---

  #point(event) {
    const { type, pointerId } = event;
    if (type === "pointerleave") return this.#showBrush(false);
    this.#at = this.#place(event);
    if (type === "pointerdown" && event.isPrimary && !event.button) {
      this.#canvas.setPointerCapture(pointerId);
      this.#drawing.begin(this.#at, this.#width, this.#isErasing);
    } else if (type === "pointermove" && this.#canvas.hasPointerCapture(pointerId)) {
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.#drawing.go(this.#place(each));
      this.#drawing.go(this.#at);
    } else if (type === "pointerup" || type === "pointercancel") this.#drawing.end();
    this.#showBrush(event.pointerType !== "touch");
    this.#draw();
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((clientX - left) * this.#canvas.width) / width, y: ((clientY - top) * this.#canvas.height) / height };
  }

  #key(event) {
    const { key, target } = event;
    if (target !== this.#canvas || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key.startsWith("Arrow")) this.#nudge(key, event.shiftKey ? 4 : 1);
    else if (key === " ") this.#dab();
    else return;
    event.preventDefault();
  }

  #nudge(key, times) {
    const { width, height } = this.#canvas;
    const by = NUDGE * times * Math.max(width, height);
    const [dx, dy] = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[key];
    this.#at = { x: Math.min(width, Math.max(0, this.#at.x + dx)), y: Math.min(height, Math.max(0, this.#at.y + dy)) };
    this.#showBrush(true);
  }

  #dab() {
    this.#drawing.begin(this.#at, this.#width, this.#isErasing);
    this.#drawing.end();
    this.#showBrush(true);
    this.#draw();
  }

  #resize(by) {
    const range = this.querySelector("[type=range]");
    range.value = Number(range.value) + by;
    this.#showBrush(true);
    this.#draw();
  }

  // --- Tools ---

  #press(action) {
    if (action === "brush" || action === "eraser") this.#isErasing = action === "eraser";
    else if (action === "undo") this.#drawing.undo();
    else if (action === "clear") this.#drawing.clear();
    else if (action === "invert") this.#drawing.invert();
    else if (action === "close") return this.#dialog.close();
    else if (action === "done") return this.#done();
    this.#draw();
  }

  async #done() {
    if (this.#drawing.isEmpty) return this.#canvas.focus();
    const finish = this.#finish;
    this.#finish = null;
    const file = await this.#drawing.file();
    this.#dialog.close();
    finish?.(file);
  }

  #draw() {
    for (const name of ["brush", "eraser"]) this.#button(name).ariaPressed = String((name === "eraser") === this.#isErasing);
    this.#button("undo").disabled = !this.#drawing?.canUndo;
    this.#button("clear").disabled = !this.#drawing || this.#drawing.isEmpty;
    const isEmpty = !this.#drawing || this.#drawing.isEmpty;
    this.#button("done").ariaDisabled = isEmpty ? "true" : null;
    this.querySelector("[data-note]").textContent = isEmpty ? translate("Paint over what is to be drawn anew; the rest stays as it is.") : translate("What is blue is drawn anew; the rest stays as it is.");
  }

  #showBrush(isShown) {
    const ring = this.querySelector("[data-ring]");
    ring.hidden = !isShown;
    const { width, height } = this.#canvas;
    const share = (value, whole) => `${(100 * value) / whole}%`;
    ring.style.setProperty("--x", share(this.#at.x, width));
    ring.style.setProperty("--y", share(this.#at.y, height));
    ring.style.setProperty("--size", share(this.#width, width));
  }

  #button(name) {
    return this.querySelector(`[data-do=${name}]`);
  }
}

customElements.define("mask-painter", MaskPainter);
