/** A mask as it is painted on a canvas: strokes of a brush and an eraser, each of which can be taken back. */
const INK = "#5b88ff"; // seen over the picture; the mask itself is black and white
const HISTORY = 100;

export class MaskDrawing {
  #canvas;
  #context;
  #base = null; // a mask that was there before, as ink
  #steps = []; // strokes, and the words "clear" and "invert"
  #stroke = null;

  /** `url`: of a mask to go on with. */
  constructor(canvas, url) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.ready = url ? this.#load(url) : Promise.resolve();
  }

  begin(point, width, isErasing) {
    this.#stroke = { points: [point], width, isErasing };
    this.#add(this.#stroke);
  }

  go(point) {
    if (!this.#stroke) return;
    const last = this.#stroke.points.at(-1);
    this.#stroke.points.push(point);
    this.#paint({ ...this.#stroke, points: [last, point] });
  }

  end() {
    this.#stroke = null;
  }

  undo() {
    this.end();
    this.#steps.pop();
    this.#redraw();
  }

  clear() {
    this.#add("clear");
  }

  invert() {
    this.#add("invert");
  }

  get canUndo() {
    return this.#steps.length > 0;
  }

  /** Nothing is painted, or everything was erased. */
  get isEmpty() {
    const { width, height } = this.#canvas;
    if (!this.#base && !this.#steps.length) return true;
    // A small copy says it as well, and much faster.
    const small = new OffscreenCanvas(Math.min(width, 128), Math.min(height, 128)).getContext("2d");
    small.drawImage(this.#canvas, 0, 0, small.canvas.width, small.canvas.height);
    const { data } = small.getImageData(0, 0, small.canvas.width, small.canvas.height);
    for (let place = 3; place < data.length; place += 4) if (data[place]) return false;
    return true;
  }

  /** The mask as a PNG: white where it is painted, black elsewhere, and nothing in between. */
  async file() {
    const { width, height } = this.#canvas;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(this.#canvas, 0, 0);
    const image = context.getImageData(0, 0, width, height);
    const { data } = image;
    for (let place = 0; place < data.length; place += 4) {
      const value = data[place + 3] >= 128 ? 255 : 0;
      data.set([value, value, value, 255], place);
    }
    context.putImageData(image, 0, 0);
    const blob = await context.canvas.convertToBlob({ type: "image/png" });
    return new File([blob], "mask.png", { type: "image/png" });
  }

  #add(step) {
    this.#steps.push(step);
    // What is too old to be taken back becomes the ground for the rest.
    if (this.#steps.length > HISTORY) this.#settle();
    this.#paint(step);
  }

  #settle() {
    const newest = this.#steps.splice(1);
    this.#redraw();
    this.#base = new OffscreenCanvas(this.#canvas.width, this.#canvas.height);
    this.#base.getContext("2d").drawImage(this.#canvas, 0, 0);
    this.#steps = newest;
    this.#redraw();
  }

  #redraw() {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (this.#base) this.#context.drawImage(this.#base, 0, 0);
    for (const step of this.#steps) this.#paint(step);
  }

  #paint(step) {
    const { width, height } = this.#canvas;
    const context = this.#context;
    if (step === "clear") return context.clearRect(0, 0, width, height);
    context.save();
    context.fillStyle = context.strokeStyle = INK;
    if (step === "invert") {
      context.globalCompositeOperation = "xor";
      context.fillRect(0, 0, width, height);
    } else {
      if (step.isErasing) context.globalCompositeOperation = "destination-out";
      this.#draw(step);
    }
    context.restore();
  }

  #draw({ points: [first, ...rest], width }) {
    const context = this.#context;
    // A line without length would draw nothing.
    context.beginPath();
    context.arc(first.x, first.y, width / 2, 0, 2 * Math.PI);
    context.fill();
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const { x, y } of rest) context.lineTo(x, y);
    context.stroke();
  }

  async #load(url) {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { width, height } = this.#canvas;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height);
    const { data } = pixels;
    for (let place = 0; place < data.length; place += 4) data.set([91, 136, 255, data[place] >= 128 ? 255 : 0], place);
    context.putImageData(pixels, 0, 0);
    this.#base = context.canvas;
    this.#redraw();
  }
}
