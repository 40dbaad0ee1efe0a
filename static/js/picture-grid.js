/**
 * <picture-grid act move topics download query tab until>: the gallery's pictures. They are chosen by click on their mark, with
 * Shift a row of them, by Ctrl, by a long press, or by key; all that match can be chosen, whether they are on
 * the page or not. What is done is done on the server, by ids or by the filter.
 */
import { ask as askFor } from "./asking-dialog.js";
import { download } from "./download.js";
import { areStarred, show } from "./gallery-marks.js";
import { FurtherPages } from "./gallery-pages.js";
import { sentence } from "./gallery-words.js";
import { onKeys } from "./keys.js";
import { LongTouch } from "./long-touch.js";
import { renewCounts, renewPictures } from "./gallery-renew.js";
import { moveChosen } from "./gallery-move.js";
import { Refusal, post } from "./post.js";
import { nextRow } from "./row-below.js";
import { isSure } from "./sure.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class PictureGrid extends HTMLElement {
  #chosen = new Set();
  #isAll = false; // all that match, also those not on the page
  #last = null;
  #isHeld = false; // by a finger: the click that may follow is part of it
  #touch = new LongTouch((shot) => this.#held(shot));
  #further = new FurtherPages(this, () => this.#taken());
  #noKeys = null;

  connectedCallback() {
    this.addEventListener("click", this, { capture: true });
    for (const name of ["change", "keydown", "pointerdown", "pointerup", "pointercancel", "pointermove", "contextmenu"]) this.addEventListener(name, this);
    this.#noKeys = this.#listen();
    this.#taken();
    this.#shots[0]?.setAttribute("tabindex", "0");
    this.#draw();
  }

  disconnectedCallback() {
    this.#touch.end();
    this.#further.stop();
    this.#noKeys();
  }

  handleEvent(event) {
    const shot = event.target.closest?.(".shot");
    const { type } = event;
    if (type === "keydown") this.#key(event, shot);
    else if (type === "click") this.#click(event, shot);
    else if (type === "change" && shot) this.#choose(shot, event.target.checked);
    else if (type === "contextmenu") this.#isHeld && event.preventDefault();
    else if (type === "pointerdown") this.#pointerDown(event, shot);
    else if (type === "pointermove") this.#touch.move(event);
    else if (type === "pointerup" || type === "pointercancel") this.#touch.end();
  }

  get #shots() {
    return [...this.querySelectorAll(".shot")];
  }

  get #bar() {
    return this.querySelector("[data-selection]");
  }

  get #isTrash() {
    return this.getAttribute("tab") === "trash";
  }

  // --- What is on the page ---

  /** New pictures: their shapes and colours, and the way to more. */
  #taken() {
    for (const shot of this.querySelectorAll(".shot:not([data-drawn])")) {
      const { width, height, colour } = shot.dataset;
      shot.style.setProperty("--r", String(Math.min(3, Math.max(0.4, width / height))));
      shot.style.setProperty("--colour", colour);
      shot.dataset.drawn = "";
      if (this.#isAll) this.#mark(shot, true);
    }
    this.#further.watch();
  }

  // --- Choosing ---

  #click(event, shot) {
    const action = event.target.closest("[data-do]")?.dataset.do;
    const act = event.target.closest("[data-act]");
    if (act) return isSure(act) ? this.#act(act.dataset.act) : undefined;
    if (action && action !== "open") return this.#do(action);
    if (!shot) return undefined;
    const isHeld = this.#isHeld;
    this.#isHeld = false;
    if (!isHeld && !event.ctrlKey && !event.metaKey && !event.shiftKey && (!this.#chosen.size || event.target.closest(".tick"))) return undefined;
    event.preventDefault();
    event.stopPropagation();
    if (isHeld) return undefined;
    return event.shiftKey && this.#last ? this.#chooseTo(shot) : this.#choose(shot, !this.#isChosen(shot));
  }

  #pointerDown(event, shot) {
    this.#isHeld = false;
    if (event.pointerType === "touch" && shot) this.#touch.begin(event, shot);
  }

  #held(shot) {
    this.#isHeld = true;
    navigator.vibrate?.(10);
    this.#choose(shot, true);
  }

  #choose(shot, isChosen) {
    if (this.#isAll && !isChosen) this.#isAll = false;
    this.#mark(shot, isChosen);
    this.#last = shot;
    this.#draw();
  }

  #chooseTo(shot) {
    const shots = this.#shots;
    const [from, to] = [shots.indexOf(this.#last), shots.indexOf(shot)].sort((one, other) => one - other);
    for (const each of shots.slice(from, to + 1)) this.#mark(each, true);
    this.#draw();
  }

  #isChosen(shot) {
    return this.#chosen.has(shot.dataset.id);
  }

  #mark(shot, isChosen) {
    if (isChosen) this.#chosen.add(shot.dataset.id);
    else this.#chosen.delete(shot.dataset.id);
    shot.classList.toggle("is-selected", isChosen);
    shot.querySelector(".tick input").checked = isChosen;
  }

  #clear() {
    this.#isAll = false;
    for (const shot of this.#shots) this.#mark(shot, false);
    this.#chosen.clear();
    this.#draw();
  }

  #all() {
    for (const shot of this.#shots) this.#mark(shot, true);
    this.#draw();
  }

  #draw() {
    const count = this.#chosen.size;
    this.#bar.hidden = !count;
    this.classList.toggle("is-choosing", count > 0);
    const words = this.#isAll ? translate("All that match") : translate("{count} selected", { count });
    this.querySelector("[data-count]").textContent = words;
    this.querySelector("[data-do=all-matching]").hidden = this.#isAll;
    if (count) this.querySelector("[data-teller]").textContent = words;
  }

  // --- Doing ---

  async #do(action) {
    if (action === "clear") this.#clear();
    else if (action === "all-matching") {
      this.#isAll = true;
      this.#all();
    } else if (action === "tag") {
      const said = await askFor("tag");
      if (said?.value) await this.#act(said.button, said.value);
    } else if (action === "rate") {
      const said = await askFor("rate");
      if (said) await this.#act("rate", said.button);
    } else if (action === "star") await this.#act("star", areStarred(this.#shots.filter((shot) => this.#isChosen(shot))) ? "0" : "1");
    else if (action === "trash") await this.#act("trash");
    else if (action === "move") await this.#move();
    else if (action === "compare") this.#compare();
    else if (action === "zip" || action === "csv") download(this.getAttribute("download"), this.#body({ as: action }));
  }

  #move() {
    const [url, topics, ids, isAll] = [this.getAttribute("move"), this.getAttribute("topics"), [...this.#chosen], this.#isAll];
    return moveChosen({ url, topics, canUndo: !isAll, body: (fields) => this.#body(fields, ids, isAll), done: () => new URLSearchParams(location.search).has("topic") && this.#renew() });
  }

  #compare() {
    const ids = [...this.#chosen].slice(0, 4);
    if (ids.length < 2) return say({ text: translate("Choose two to four pictures to compare."), subject: "gallery" });
    return location.assign(`${this.getAttribute("compare")}?${new URLSearchParams(ids.map((id) => ["of", id]))}`);
  }

  #body(fields = {}, ids = [...this.#chosen], isAll = this.#isAll) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (isAll) {
      for (const name of ["query", "tab", "until"]) body.append(name, this.getAttribute(name) ?? "");
    } else for (const id of ids) body.append("ids", id);
    return body;
  }

  async #act(action, value = "", ids = [...this.#chosen], isUndo = false) {
    const isAll = this.#isAll && !isUndo;
    try {
      const { count } = await (await post(this.getAttribute("act"), this.#body({ action, value }, ids, isAll))).json();
      this.#show(action, value, ids);
      const undo = action === "trash" && !isAll && { label: translate("Undo"), run: () => this.#act("restore", "", ids, true) };
      say({ text: sentence(action, value, count), subject: "gallery", seconds: undo ? 10 : 5, action: undo || undefined });
      // Once nothing was left here, this element is not on the page any more.
      if (isUndo) location.reload();
      else if (isAll || !this.#shots.length) await this.#renew();
      else await renewCounts();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "gallery" });
    }
  }

  /** The page as the server now has it. */
  #show(action, value, ids) {
    const shots = this.#shots.filter((shot) => ids.includes(shot.dataset.id));
    if (["trash", "restore", "purge"].includes(action)) {
      const next = this.#shots.find((shot) => !ids.includes(shot.dataset.id) && shot.compareDocumentPosition(shots.at(-1) ?? shot) & Node.DOCUMENT_POSITION_PRECEDING);
      this.#clear();
      for (const shot of shots) shot.remove();
      for (const group of this.querySelectorAll(".day-group")) if (!group.querySelector(".shot")) group.remove();
      this.#focus(next ?? this.#shots[0]);
    }
    show(shots, action, value);
  }

  /** Much has changed, also what is not on the page. */
  async #renew() {
    this.#clear();
    await renewPictures(this);
    this.#last = null;
    if (!this.isConnected) return;
    this.#taken();
    this.#shots[0]?.setAttribute("tabindex", "0");
  }

  // --- Keys ---

  /** What keys do with the picture that has the focus, or with the chosen ones. */
  #listen() {
    const on = (act) => (event) => {
      const shot = event.target.closest(".shot");
      return shot ? act(shot, this.#chosen.size ? [...this.#chosen] : [shot.dataset.id], event) : false;
    };
    const acts = {
      choose: on((shot) => this.#choose(shot, !this.#isChosen(shot))),
      "choose-all": on(() => this.#all()),
      trash: on((shot, ids) => void this.#act(this.#isTrash ? "restore" : "trash", "", ids)),
    };
    const marks = {
      preview: on((shot, ids, { target }) => (target === shot ? void document.dispatchEvent(new CustomEvent("previewpicture", { detail: shot.querySelector("a") })) : false)),
      rate: on((shot, ids, { key }) => void this.#act("rate", key, ids)),
      star: on((shot, ids) => void this.#act("star", "starred" in shot.dataset ? "0" : "1", ids)),
      compare: () => this.#compare(),
      tag: on((shot) => this.#doWith(shot, "tag")),
      download: on((shot) => this.#doWith(shot, "zip")),
    };
    return onKeys(this, this.#isTrash ? acts : { ...acts, ...marks });
  }

  #doWith(shot, action) {
    if (!this.#chosen.size) this.#choose(shot, true);
    this.#do(action);
  }

  #key(event, shot) {
    const { key } = event;
    if (!shot || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const isDown = key === "ArrowDown";
    if (step) this.#walk(shot, this.#shots[this.#shots.indexOf(shot) + step], event.shiftKey);
    else if (isDown || key === "ArrowUp") this.#walk(shot, nextRow(shot, this.#shots, isDown ? 1 : -1), event.shiftKey);
    else if (key === "Enter" && event.target === shot && !this.#isTrash) shot.querySelector("a").click();
    else if (key === "Escape" && this.#chosen.size) this.#clear();
    else return;
    event.preventDefault();
  }

  #walk(from, to, isChoosing) {
    if (to && isChoosing) {
      this.#mark(from, true);
      this.#choose(to, true);
    }
    this.#focus(to);
  }

  #focus(shot) {
    if (!shot) return;
    for (const each of this.querySelectorAll(".shot[tabindex='0']")) each.tabIndex = -1;
    shot.tabIndex = 0;
    shot.focus();
    shot.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("picture-grid", PictureGrid);
