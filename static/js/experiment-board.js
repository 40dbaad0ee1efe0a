/**
 * <experiment-board url subject now>: keeps an experiment's table true, and above it the queue's badge and the units left.
 * A picture that changes has its cell fetched, an experiment that goes on the whole board; links that arrange it anew change
 * it in place, and the address with it.
 */
import { goTo } from "./address.js";
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";
import { say } from "./toast-shelf.js";

const LIVE = ["hello", "job", "experiment", "units"];
const LOOK = 10_000; // milliseconds between two looks at places in line, which no event tells
const SOON = 1000; // until the next look at queue and units, however much happens

class ExperimentBoard extends HTMLElement {
  #fetching = new Map(); // url -> whether it changed again meanwhile
  #clock = 0;
  #soon = 0; // the timer of the next look at queue and units

  connectedCallback() {
    for (const kind of LIVE) document.addEventListener(`live:${kind}`, this);
    for (const name of ["click", "fragment", "axismoved"]) this.addEventListener(name, this);
    window.addEventListener("popstate", this);
    this.#clock = setInterval(() => !document.hidden && this.querySelector("[data-state=underway]") && this.#look(), LOOK);
  }

  disconnectedCallback() {
    for (const kind of LIVE) document.removeEventListener(`live:${kind}`, this);
    window.removeEventListener("popstate", this);
    clearInterval(this.#clock);
    clearTimeout(this.#soon);
  }

  handleEvent(event) {
    const { type, detail } = event;
    if (type.startsWith("live:")) this.#soon ||= setTimeout(() => this.#lookAtQueue(), SOON);
    if (type === "live:job") this.#jobChanged(detail.split("/")[1]);
    else if (type === "live:experiment") detail === this.getAttribute("subject") && this.#renewAll();
    else if (type === "live:units") return;
    else if (type === "click") this.#click(event);
    else if (type === "axismoved") this.#arrange(this.querySelector(`[data-swap="${detail.swap}"]`), detail.focus);
    else this.#renewAll();
  }

  #click(event) {
    const link = event.target.closest("a[data-arrange]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#arrange(link, link.id);
  }

  /** Follow a link that lays the axes otherwise; the focus goes to what was moved. */
  async #arrange(link, focus) {
    const { swap } = link.dataset;
    goTo(link.href);
    await this.#renewAll();
    (document.getElementById(focus) ?? this.querySelector(`[data-swap="${swap}"]`))?.focus({ preventScroll: true });
  }

  #jobChanged(job) {
    const cell = this.querySelector(`[data-job="${CSS.escape(job)}"]`);
    if (cell) this.#renew(cell.dataset.url, cell.id);
  }

  #look() {
    this.#renewAll();
    this.#lookAtQueue();
  }

  #lookAtQueue() {
    clearTimeout(this.#soon);
    this.#soon = 0;
    this.#renew(this.getAttribute("now"), "queue-badge", "units");
  }

  #renewAll() {
    return this.#renew(this.#address, "board");
  }

  get #address() {
    return this.getAttribute("url") + location.search;
  }

  /** What changes again while it is on its way is fetched once more, not in parallel. */
  async #renew(url, ...ids) {
    if (this.#fetching.has(url)) return this.#fetching.set(url, true);
    this.#fetching.set(url, false);
    try {
      const html = await (await ask(url)).text();
      // Meanwhile the axes may have been laid otherwise: that has its own answer.
      if (ids[0] !== "board" || url === this.#address) for (const id of ids) this.#apply(id, html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404 || error.status === 401) say({ ...error.toast, subject: "experiment" });
    }
    const again = this.#fetching.get(url);
    this.#fetching.delete(url);
    if (again) await this.#renew(url, ...ids);
  }

  #apply(id, html) {
    const old = document.getElementById(id);
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
    if (!old || !fresh) return;
    const before = old.dataset.state;
    const focused = old.contains(document.activeElement) ? document.activeElement.closest(".xcell") : null;
    morph(old, fresh);
    if (focused && !focused.contains(document.activeElement)) focused.focus({ preventScroll: true });
    if (id === "board" && old.dataset.state !== before) this.querySelector("[data-teller]").textContent = old.dataset.said;
  }
}

customElements.define("experiment-board", ExperimentBoard);
