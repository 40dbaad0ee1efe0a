/**
 * <picture-compare act address ids later [tournament] back>: two pictures by slider, side by side, flip or overlay.
 * M goes through the modes, X swaps, 1 and 2 keep one: the other goes into the trash, with an undo. In a tournament
 * whichever is kept meets the next one, nothing is thrown away, and the winner gets a star and stands alone.
 */
import { onKeys } from "./keys.js";
import { Refusal, post } from "./post.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const MODES = ["slider", "side", "flip", "overlay"];
const ZOOM = 3;

class PictureCompare extends HTMLElement {
  #noKeys = null;

  connectedCallback() {
    for (const name of ["click", "input", "pointermove", "pointerdown", "pointerup", "pointercancel", "wheel"]) this.addEventListener(name, this, { passive: true });
    document.addEventListener("keydown", this);
    this.#noKeys = this.#listen();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    this.#noKeys();
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "keydown") this.#leave(event);
    else if (type === "click") this.#click(event);
    else if (type === "input" && target.matches("[data-at]")) this.#at(target.value);
    else if (type === "pointermove") this.#point(event);
    else if (type === "wheel" && this.#mode === "side") this.#zoom(event.deltaY < 0 ? ZOOM : 1);
    else if (type === "pointerdown" && this.#mode === "flip" && target.closest("[data-frame]")) this.#hold(event);
    else if (type === "pointerup" || type === "pointercancel") this.#flip(false);
  }

  get #stage() {
    return this.querySelector(".compare-stage");
  }

  get #frame() {
    return this.querySelector("[data-frame]");
  }

  get #mode() {
    return this.#stage.dataset.mode;
  }

  get #ids() {
    return this.getAttribute("ids").trim().split(/\s+/);
  }

  get #later() {
    return this.getAttribute("later").trim().split(/\s+/).filter(Boolean);
  }

  #click({ target }) {
    const mode = target.closest("[data-mode]:is(button)");
    const keep = target.closest("[data-keep]");
    if (mode) this.#set(mode.dataset.mode);
    else if (keep) this.#keep(keep.dataset.keep);
    else if (target.closest("[data-do=swap]")) this.#swap();
  }

  #listen() {
    if (this.#ids.length !== 2) return () => {};
    const acts = {
      mode: () => this.#set(MODES[(MODES.indexOf(this.#mode) + 1) % MODES.length]),
      swap: () => this.#swap(),
      "keep-left": () => this.#keepBy("1"),
      "keep-right": () => this.#keepBy("2"),
      flip: ({ target }) => (this.#mode === "flip" && !target.closest("button, a") ? this.#flip(!this.#frame.classList.contains("is-flipped")) : false),
    };
    return onKeys(this, acts, { page: true });
  }

  /** Esc goes back, unless a layer over the page or a field has it. */
  #leave(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (!event.target.closest?.("textarea, select, input:not([type=range])")) this.querySelector("[data-do=leave]").click();
  }

  /** Where somebody may only look, there is nothing to be kept. */
  #keepBy(which) {
    if (!this.querySelector(`[data-keep="${which}"]`)) return false;
    this.#keep(which);
    return true;
  }

  #set(mode) {
    this.#stage.dataset.mode = mode;
    for (const button of this.querySelectorAll("button[data-mode]")) button.ariaPressed = String(button.dataset.mode === mode);
    this.#tell({ slider: translate("Slider."), side: translate("Side by side."), flip: translate("Flip: hold the picture, or press Space, to see B."), overlay: translate("Overlay.") }[mode]);
  }

  #at(share) {
    this.#frame.style.setProperty("--at", `${share}%`);
    this.#frame.style.setProperty("--share", share);
  }

  /** Until it is let go, wherever that is. */
  #hold({ pointerId }) {
    this.setPointerCapture(pointerId);
    this.#flip(true);
  }

  #flip(isFlipped) {
    this.#frame.classList.toggle("is-flipped", isFlipped && this.#mode === "flip");
  }

  /** Side by side, both are enlarged around the same place. */
  #point({ target, clientX, clientY }) {
    const shot = this.#mode === "side" && target.closest(".compare-shot");
    if (!shot) return;
    const { left, top, width, height } = shot.getBoundingClientRect();
    this.#frame.style.setProperty("--x", `${(100 * (clientX - left)) / width}%`);
    this.#frame.style.setProperty("--y", `${(100 * (clientY - top)) / height}%`);
  }

  #zoom(zoom) {
    this.#frame.style.setProperty("--zoom", String(zoom));
  }

  #swap() {
    location.replace(this.#addressOf([...this.#ids].reverse(), this.#later));
  }

  async #keep(which) {
    const [one, other] = this.#ids;
    const [kept, left] = which === "2" ? [other, one] : [one, other];
    if (this.hasAttribute("tournament")) return this.#goOn(which === "both" ? one : kept);
    if (which === "both") return history.length > 1 ? history.back() : location.assign(this.getAttribute("back"));
    if (!(await this.#act("star", "1", kept)) || !(await this.#act("trash", "", left))) return undefined;
    const undo = { label: translate("Undo"), run: () => this.#act("restore", "", left) };
    return say({ text: translate("{name} is kept and starred, the other is in the trash.", { name: which === "2" ? "B" : "A" }), subject: "compare", seconds: 10, action: undo });
  }

  async #goOn(kept) {
    const [next, ...rest] = this.#later;
    if (next) return location.replace(this.#addressOf([kept, next], rest));
    if (await this.#act("star", "1", kept)) this.#end(kept);
    return undefined;
  }

  /** There is nothing more to be voted on. */
  #end(winner) {
    this.#noKeys();
    this.#noKeys = () => {};
    this.querySelector(`[data-shot="${this.#ids.indexOf(winner) + 1}"]`).classList.add("is-winner");
    for (const part of this.querySelectorAll(".compare-shot:not(.is-winner), .compare-shot .tag, .compare-line, .compare-range, .compare-modes, [data-do=swap], .compare-keep:not([data-won]), .viewer-side")) part.remove();
    this.classList.add("is-bare");
    this.#stage.dataset.mode = "side";
    this.querySelector("h1").textContent = translate("The winner");
    const won = this.querySelector("[data-won]");
    const see = won.querySelector("[data-see]");
    see.href = new URL(this.getAttribute("back"), location).pathname.replace(/[0-9a-f-]{36}/, winner);
    won.hidden = false;
    see.focus();
    this.#tell(translate("The winner is starred."));
  }

  #addressOf(ids, later) {
    const query = new URLSearchParams([...ids.map((id) => ["of", id]), ...later.map((id) => ["then", id])]);
    if (this.hasAttribute("tournament")) query.append("last", "1");
    return `${this.getAttribute("address")}?${query}`;
  }

  async #act(action, value, id) {
    const body = new FormData();
    for (const [name, text] of Object.entries({ action, value, ids: id })) body.append(name, text);
    try {
      await post(this.getAttribute("act"), body);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "compare" });
      return false;
    }
  }

  #tell(sentence) {
    this.querySelector("[data-teller]").textContent = sentence;
  }
}

customElements.define("picture-compare", PictureCompare);
