/**
 * <chat-window><dialog>…</dialog></chat-window>: the assistant's window. It floats over the page: dragged by its header,
 * drawn larger by its edges, folded to its header, and all of that by arrow keys, too. Place, size, fold and whether it is
 * there are remembered. On a narrow screen it is a sheet over the page, which begins closed.
 *
 * Buttons marked `data-chat-toggle` anywhere show and hide it. What is in it is the business of <chat-talk>.
 */
import { FOLDED, STEP, USUAL, centred, fitted, inside, placeOf, resized, sizeOf, snapped } from "./chat-place.js";
import { flagOf } from "./frame.js";
import { onKeys } from "./keys.js";
import { remember, remembered } from "./remember.js";
import { translate } from "./texts.js";

const NARROW = matchMedia("(max-width: 991.98px)");
const KEPT = { place: "chatWindow_position", size: "chatWindow_size", isFolded: "chatWindow_collapsed", isShown: "chatWindow_visible" };
const ARROWS = { ArrowLeft: { x: -STEP, y: 0 }, ArrowRight: { x: STEP, y: 0 }, ArrowUp: { x: 0, y: -STEP }, ArrowDown: { x: 0, y: STEP } };

class ChatWindow extends HTMLElement {
  #place = null; // as the person left it: a browser that is small for a while does not change that
  #size = USUAL;
  #noKeys = null;

  connectedCallback() {
    this.#place = placeOf(remembered(KEPT.place));
    this.#size = sizeOf(remembered(KEPT.size));
    for (const name of ["pointerdown", "dblclick", "keydown", "click"]) this.addEventListener(name, this);
    this.#dialog.addEventListener("close", this); // It doesn't bubble.
    document.addEventListener("click", this);
    window.addEventListener("resize", this);
    NARROW.addEventListener("change", this);
    this.#noKeys = onKeys(this, { chat: () => this.toggle() }, { page: true });
    this.#dialog.classList.toggle("is-folded", flagOf(remembered(KEPT.isFolded), false));
    const { searchParams } = new URL(location);
    if (searchParams.get("chat")) this.#turn(searchParams.get("chat"));
    else if (flagOf(remembered(KEPT.isShown), false) && !NARROW.matches) this.#show();
    this.#tell();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    window.removeEventListener("resize", this);
    NARROW.removeEventListener("change", this);
    this.#noKeys();
  }

  handleEvent(event) {
    const { type, target, currentTarget } = event;
    if (type === "resize") this.#draw();
    else if (type === "change") this.#screenChanged();
    else if (type === "close") this.#tell();
    else if (type === "pointerdown") this.#press(event);
    else if (type === "keydown") this.#key(event);
    else if (type === "dblclick") this.#double(target);
    else if (currentTarget === document) target.closest("[data-chat-toggle]") && this.toggle();
    else this.#click(target.closest("[data-do]")?.dataset.do);
  }

  get isShown() {
    return this.#dialog.open;
  }

  toggle() {
    if (this.isShown) this.hide();
    else this.open();
  }

  /** Somebody wants to write: it is there, unfolded, and has the focus. */
  open(chat = "") {
    if (chat) this.#talking((talk) => talk.turn(chat));
    this.#fold(false);
    this.#show();
    this.#remember();
    this.#talking((talk) => talk.begin(true));
  }

  /** A link led here: a reload shows what is there by then. */
  #turn(chat) {
    const here = new URL(location);
    here.searchParams.delete("chat");
    history.replaceState(history.state, "", here);
    this.open(chat);
  }

  hide() {
    const hadFocus = this.contains(document.activeElement);
    this.#dialog.close();
    this.#remember();
    if (hadFocus) [...document.querySelectorAll("[data-chat-toggle]")].find((button) => button.checkVisibility())?.focus({ preventScroll: true });
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  /** Most pages are left without a word to the assistant: what is in its window comes with the first. */
  async #talking(act) {
    await import("./chat-talk.js");
    const talk = this.querySelector("chat-talk");
    if (talk) await act(talk);
  }

  get #isFolded() {
    return this.#dialog.classList.contains("is-folded");
  }

  #show() {
    if (this.isShown) return;
    if (NARROW.matches) this.#dialog.showModal();
    else this.#dialog.setAttribute("open", ""); // show() would take the focus, also when a page begins with it.
    this.#draw();
    this.#tell();
    if (!this.#isFolded) this.#talking((talk) => talk.begin());
  }

  #screenChanged() {
    if (!this.isShown) return;
    this.#dialog.close();
    if (!NARROW.matches) this.#show();
  }

  #fold(isFolded) {
    this.#settle();
    this.#dialog.classList.toggle("is-folded", isFolded);
    this.#draw();
    this.#tell();
    this.#remember();
    if (!isFolded && this.isShown) this.#talking((talk) => talk.begin());
  }

  /** Both controls and what is read aloud stay in step with what is seen. */
  #tell() {
    for (const button of document.querySelectorAll("[data-chat-toggle]")) button.ariaPressed = String(this.isShown);
    const button = this.querySelector("[data-do=fold]");
    button.ariaExpanded = String(!this.#isFolded);
    button.ariaLabel = button.title = this.#isFolded ? translate("Unfold") : translate("Fold up (Esc)");
    button.firstElementChild.className = this.#isFolded ? "bi bi-chevron-up" : "bi bi-dash-lg";
  }

  #remember() {
    if (NARROW.matches) return; // A sheet has no place, and none is opened by itself.
    if (this.#place) remember(KEPT.place, JSON.stringify(this.#place));
    remember(KEPT.size, JSON.stringify(this.#size));
    remember(KEPT.isFolded, this.#isFolded);
    remember(KEPT.isShown, this.isShown);
  }

  // --- Where it is ---

  get #room() {
    return { width: document.documentElement.clientWidth, height: innerHeight };
  }

  /** What is seen of it, as large as there is room. */
  get #box() {
    const size = fitted(this.#size, this.#room);
    const seen = this.#isFolded ? { width: size.width, height: FOLDED } : size;
    const place = this.#place ? inside(this.#place, seen, this.#room) : centred(size, this.#room);
    return { ...seen, ...place };
  }

  #draw() {
    if (!this.isShown || NARROW.matches) return;
    for (const [name, pixels] of Object.entries(this.#box)) this.#dialog.style.setProperty(`--chat-${name}`, `${pixels}px`);
  }

  #moveTo(place) {
    this.#place = place;
    this.#draw();
  }

  #take({ x, y, ...size }) {
    if (!this.#isFolded) this.#size = size;
    else this.#size = { ...this.#size, width: size.width };
    this.#moveTo({ x, y });
  }

  /** What moves by itself does so visibly. */
  #settle() {
    const dialog = this.#dialog;
    dialog.classList.add("is-settling");
    clearTimeout(dialog.settled);
    dialog.settled = setTimeout(() => dialog.classList.remove("is-settling"), 250);
  }

  // --- By pointer ---

  #press(event) {
    if (event.button || NARROW.matches) return;
    const grip = event.target.closest("[data-grip]");
    const isHeader = event.target.closest("[data-chat-head]") && (event.target.closest("[data-move]") || !event.target.closest("button, a, input, [popover]"));
    if (grip) this.#follow(event, grip, (box, by) => this.#take(resized(box, grip.dataset.grip, by, this.#room)));
    else if (isHeader) this.#follow(event, event.target.closest("[data-chat-head]"), (box, by) => this.#moveTo(inside({ x: box.x + by.x, y: box.y + by.y }, box, this.#room)));
  }

  #follow(event, handle, act) {
    const box = this.#box;
    const from = { x: event.clientX, y: event.clientY };
    const move = ({ clientX, clientY }) => act(box, { x: clientX - from.x, y: clientY - from.y });
    this.#dialog.classList.remove("is-settling");
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointermove", move);
    const end = () => {
      handle.removeEventListener("pointermove", move);
      const { x, y } = this.#box;
      if (!handle.hasAttribute("data-grip") && (x !== box.x || y !== box.y)) this.#snap();
      this.#remember();
    };
    handle.addEventListener("lostpointercapture", end, { once: true });
    if (handle.hasAttribute("data-grip")) event.preventDefault(); // Nothing is marked on the way.
  }

  #snap() {
    this.#settle();
    this.#moveTo(snapped(this.#box, this.#box, this.#room));
  }

  #double(target) {
    if (NARROW.matches) return;
    if (target.closest("[data-grip]")) this.#usual();
    else if (target.closest("[data-chat-head]") && !target.closest("button, a, input, [popover]")) this.#fold(!this.#isFolded);
  }

  #usual() {
    this.#settle();
    this.#size = { ...USUAL };
    this.#draw();
    this.#remember();
  }

  // --- By keys ---

  #key(event) {
    if (event.defaultPrevented || NARROW.matches) return;
    const { key, target } = event;
    if (key === "Escape" && !this.#isFolded) {
      event.preventDefault();
      this.#fold(true);
      this.querySelector("[data-do=fold]").focus();
      return;
    }
    const [moves, draws] = [target.closest("[data-move]"), target.closest("[data-grip]")];
    if (!(moves || draws) || !(ARROWS[key] || key === "Home")) return;
    event.preventDefault();
    const box = this.#box;
    const by = ARROWS[key];
    if (moves && by) this.#moveTo(inside({ x: box.x + by.x, y: box.y + by.y }, box, this.#room));
    else if (moves) this.#moveTo(centred(box, this.#room));
    else if (by) this.#take(resized(box, draws.dataset.grip, by, this.#room));
    else this.#usual();
    this.#remember();
    this.#sayBox(Boolean(moves));
  }

  #sayBox(isPlace) {
    const { x, y, width, height } = this.#box;
    this.querySelector("[data-chat-told]").textContent = isPlace ? translate("{x} pixels from the left, {y} from the top", { x, y }) : translate("{width} by {height} pixels", { width, height });
  }

  #click(action) {
    if (action === "fold") this.#fold(!this.#isFolded);
    else if (action === "hide-chat") this.hide();
  }
}

customElements.define("chat-window", ChatWindow);
