/**
 * <batch-feed url now>: keeps the cards true. It hears what changed, fetches that fragment, and makes
 * the page look like it, in place. Cards come in the order of their ids, which is that of time.
 */
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";
import { said } from "./spoken.js";
import { say } from "./toast-shelf.js";

const KINDS = ["hello", "batch", "job", "topic", "units"];
const NEAR = 60; // pixels from the top within which a person looks at the newest card
const TELL = 1200; // milliseconds that spoken changes are gathered
const GAP = 50; // milliseconds in which nothing is said
const LOOK = 10_000; // milliseconds between two looks at what no event tells: places in line, workers

class BatchFeed extends HTMLElement {
  #fetching = new Map(); // url -> whether it changed again meanwhile
  #reading = null; // while the newest cards are on their way
  #sayings = [];
  #saying = 0;
  #clock = 0;
  #shelf = new Map(); // topic -> the cards that were here when another was turned to

  connectedCallback() {
    for (const kind of KINDS) document.addEventListener(`live:${kind}`, this);
    for (const name of ["fragment", "removed", "jobmoved", "click"]) this.addEventListener(name, this);
    for (const name of ["submitted", "topicchange"]) document.addEventListener(name, this);
    this.#scroller().addEventListener("scroll", this, { passive: true });
    this.#clock = setInterval(() => document.hidden || this.#look(), LOOK);
  }

  disconnectedCallback() {
    for (const kind of KINDS) document.removeEventListener(`live:${kind}`, this);
    for (const name of ["submitted", "topicchange"]) document.removeEventListener(name, this);
    this.#scroller().removeEventListener("scroll", this);
    clearInterval(this.#clock);
  }

  handleEvent(event) {
    const { type, detail } = event;
    if (type === "topicchange") this.#turnTo(detail.topic);
    else if (type === "live:hello" || type === "live:topic") this.#readAnew();
    else if (type === "live:batch") this.#renew(this.#cardUrl(detail), `batch-${detail}`);
    else if (type === "live:job") this.#jobChanged(...detail.split("/"));
    else if (type === "live:units") this.#renew(this.getAttribute("now"));
    else if (type === "submitted") this.#submitted(detail);
    else if (type === "fragment") this.apply(detail);
    else if (type === "removed") this.#remove(detail);
    else if (type === "jobmoved") this.#jobMoved(event.target, detail);
    else if (type === "scroll") this.#seen();
    else if (event.target.closest("[data-do=to-newest]")) this.#toNewest();
  }

  /** Put the parts of an answer where they belong: each has the id of what it replaces, or is a new card. */
  apply(html) {
    const parts = new DOMParser().parseFromString(html, "text/html").body.children;
    for (const part of [...parts]) {
      const old = part.id ? document.getElementById(part.id) : null;
      const focused = old?.contains(document.activeElement);
      // Whether one's queue is paused stands on every tile that waits.
      if (old?.id === "paused" && old.hidden !== part.hidden) this.#renewWaiting();
      if (old && this.#isElsewhere(part)) this.#remove(old.id);
      else if (old) morph(old, part);
      else if (part.localName === "batch-card") this.#insert(part);
      // What had the focus may be gone, such as a Cancel: stay near it.
      if (focused && !old.contains(document.activeElement)) old.focus({ preventScroll: true });
    }
  }

  get #cards() {
    return this.querySelector("[data-cards]");
  }

  #cardUrl(id) {
    return new URL(`../batches/${id}/`, new URL(this.getAttribute("url"), location)).pathname;
  }

  #jobChanged(batch, job) {
    const tile = document.getElementById(`job-${job}`);
    if (tile) this.#renew(tile.getAttribute("url"), tile.id);
    else this.#renew(this.#cardUrl(batch), `batch-${batch}`);
  }

  /** Fetch a fragment; what changes again while it is on its way is fetched once more, not in parallel. */
  async #renew(url, id = "") {
    if (this.#fetching.has(url)) return this.#fetching.set(url, true);
    this.#fetching.set(url, false);
    const isNewest = url === this.getAttribute("url");
    // Read before what changed now, they must not come after it.
    if (!isNewest) await Promise.allSettled([this.#reading]);
    try {
      const html = await (await ask(url)).text();
      const isStill = !isNewest || url === this.getAttribute("url"); // another topic may have been turned to
      if (isNewest && isStill) this.#lookAtOthers(html);
      if (isStill) this.apply(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404) this.#remove(id);
    }
    const again = this.#fetching.get(url);
    this.#fetching.delete(url);
    if (again) await this.#renew(url, id);
  }

  /** The line moves on with every picture of everybody, also of people whose events aren't told here. */
  #look() {
    this.#renew(this.getAttribute("now"));
    this.#renewWaiting();
  }

  #renewWaiting() {
    for (const card of this.querySelectorAll("batch-card:has(job-tile[state=queued])")) this.#renew(this.#cardUrl(card.key), card.id);
  }

  /** After a (re)connection, everything may be otherwise; also what is on its way was asked for before. */
  #readAnew() {
    for (const url of this.#fetching.keys()) this.#fetching.set(url, true);
    const newest = this.getAttribute("url");
    if (this.hasAttribute("older")) this.#renewUnfinished(this.querySelectorAll("batch-card"));
    else if (!this.#fetching.has(newest)) this.#reading = this.#renew(newest);
    this.#renew(this.getAttribute("now"));
  }

  /** Cards that are not among the newest are gone, or older than those: then, they may have been finished. */
  #lookAtOthers(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const ids = [...page.querySelectorAll("batch-card")].map((card) => card.id);
    const oldest = page.querySelector("feed-more") ? ids.at(-1) : "";
    const others = [...this.querySelectorAll("batch-card")].filter((card) => !ids.includes(card.id));
    for (const card of others) if (card.id >= oldest) this.#remove(card.id);
    this.#renewUnfinished(others.filter((card) => card.id < oldest));
  }

  #renewUnfinished(cards) {
    for (const card of cards) if (card.isUnfinished) this.#renew(this.#cardUrl(card.key), card.id);
  }

  /** Another topic's cards, "" for all: at once where they were here before, and then as they are now. */
  async #turnTo(topic) {
    if (topic === this.#topic) return;
    this.#shelf.set(this.#topic, [...this.#cards.children]);
    if (topic) this.setAttribute("topic", topic);
    else this.removeAttribute("topic");
    const url = new URL(this.getAttribute("url"), location);
    if (topic) url.searchParams.set("topic", topic);
    else url.searchParams.delete("topic");
    this.setAttribute("url", url.pathname + url.search);
    this.#cards.replaceChildren(...(this.#shelf.get(topic) ?? []));
    this.querySelector("[data-empty]").hidden = true;
    this.#toNewest();
    if (this.#shelf.has(topic)) this.#showEmpty();
    if (this.#shelf.has(topic)) this.#readAnew();
    else await this.#readFirst(this.getAttribute("url"));
  }

  get #topic() {
    return this.getAttribute("topic") ?? "";
  }

  async #readFirst(url) {
    this.#cards.ariaBusy = "true";
    try {
      const html = await (await ask(url)).text();
      if (url !== this.getAttribute("url")) return;
      this.#cards.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
      this.#showEmpty();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ text: error.message, kind: "error", subject: "topic", action: error.wayOut ?? { label: "Reload", href: location.href } });
    } finally {
      this.#cards.ariaBusy = null;
    }
  }

  #showEmpty() {
    this.querySelector("[data-empty]").hidden = Boolean(this.#cards.querySelector("batch-card"));
  }

  /** A card of another topic than the one that is looked at: it was moved there, or comes from there. */
  #isElsewhere(part) {
    return part.localName === "batch-card" && Boolean(this.#topic) && part.getAttribute("topic") !== this.#topic;
  }

  #insert(card) {
    if (this.#isElsewhere(card)) return;
    const cards = this.#cards;
    const next = [...cards.querySelectorAll("batch-card")].find((each) => each.id < card.id);
    // Older than everything here: it belongs to a page that was not asked for yet.
    if (!next && cards.querySelector("feed-more")) return;
    const isNewest = next ? next === cards.querySelector("batch-card") : true;
    if (isNewest && this.hasAttribute("older")) return;
    cards.insertBefore(card, next ?? null);
    this.querySelector("[data-empty]").hidden = true;
    if (isNewest) this.#newCame();
  }

  #remove(id) {
    const card = id && document.getElementById(id);
    if (!card) return;
    const hadFocus = card.contains(document.activeElement);
    const near = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    if (hadFocus) (near ?? this.closest("[tabindex]")).focus({ preventScroll: true });
    this.#showEmpty();
  }

  #submitted(html) {
    this.apply(html);
    if (this.hasAttribute("older")) location.assign(location.pathname + (this.#topic && `?topic=${this.#topic}`));
    else this.#toNewest();
  }

  #jobMoved(tile, { from, to }) {
    const card = tile.closest("batch-card");
    if (tile.isFinished) {
      this.#renew(this.#cardUrl(card.key), card.id); // Its line of units has changed, too.
      this.#newCame();
    } else if (from === "queued") this.#renewWaiting();
    const states = card.tiles.map((each) => each.getAttribute("state"));
    if (card.isMine && from) this.#tell(said({ number: tile.number, from, to, note: tile.note, states }));
  }

  // --- What is spoken: sparsely, a few changes in one sentence ---

  #tell(sentence) {
    if (!sentence || this.#sayings.includes(sentence)) return;
    this.#sayings.push(sentence);
    this.#saying ||= setTimeout(() => {
      const words = this.#sayings.join(" ");
      this.#sayings = [];
      this.#saying = 0;
      const teller = this.querySelector("[data-teller]");
      teller.textContent = ""; // The same words again would be no change, and not be read.
      setTimeout(() => (teller.textContent = words), GAP);
    }, TELL);
  }

  // --- Where the person looks ---

  #scroller() {
    return matchMedia("(min-width: 992px)").matches ? this.closest(".feed") : window;
  }

  get #isAway() {
    const scroller = this.#scroller();
    if (scroller !== window) return scroller.scrollTop > NEAR;
    return this.#cards.getBoundingClientRect().top < -NEAR;
  }

  #newCame() {
    if (this.#isAway) this.querySelector("[data-do=to-newest]").hidden = false;
  }

  #seen() {
    if (!this.#isAway) this.querySelector("[data-do=to-newest]").hidden = true;
  }

  #toNewest() {
    const scroller = this.#scroller();
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isFar = (scroller.scrollTop ?? scrollY) > 2 * innerHeight;
    const behavior = isCalm || isFar ? "instant" : "smooth";
    if (scroller !== window) scroller.scrollTo({ top: 0, behavior });
    else this.#cards.firstElementChild?.scrollIntoView({ block: "nearest", behavior });
    this.querySelector("[data-do=to-newest]").hidden = true;
  }
}

customElements.define("batch-feed", BatchFeed);
