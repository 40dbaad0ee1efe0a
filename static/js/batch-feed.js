/**
 * <batch-feed url now>: keeps the cards true. It hears what changed, fetches that fragment, and makes
 * the page look like it, in place. Cards come in the order of their ids, which is that of time.
 */
import { Changes } from "./changes.js";
import { inSlices } from "./in-slices.js";
import { morph } from "./morph.js";
import { Refusal, ask } from "./post.js";
import { Sight } from "./sight.js";
import { said } from "./spoken.js";
import { Teller } from "./teller.js";
import { say } from "./toast-shelf.js";

const KINDS = ["hello", "batch", "job", "topic", "units", "people"];
const LOOK = 10_000; // milliseconds between two looks at what no event tells: places in line, workers
const LINE = 2000; // and between two at the line when it moves
const HELD = 10_000; // milliseconds that an answer is waited for, before what it may tell of is shown
const SIGHT = 1; // screens above and below in which places in line are kept true

class BatchFeed extends HTMLElement {
  #fetching = new Map(); // url -> whether it changed again meanwhile
  #changes = new Changes((names) => this.#read(names));
  #line = 0; // the timer of the next look at the line
  #sight = new Sight(this);
  #reading = null; // while the newest cards are on their way
  #teller = new Teller(() => this.querySelector("[data-teller]"));
  #clock = 0;
  #shelf = new Map(); // topic -> the cards that were here when another was turned to
  #sent = new Set(); // the cards of what is on its way
  #early = new Set(); // the ids of those of this person that an event brought meanwhile

  connectedCallback() {
    for (const kind of KINDS) document.addEventListener(`live:${kind}`, this);
    for (const name of ["fragment", "removed", "jobmoved", "click"]) this.addEventListener(name, this);
    for (const name of ["submitting", "submitted", "submitend", "topicchange"]) document.addEventListener(name, this);
    this.#sight.scroller.addEventListener("scroll", this, { passive: true });
    this.#clock = setInterval(() => document.hidden || this.#look(), LOOK);
  }

  disconnectedCallback() {
    for (const kind of KINDS) document.removeEventListener(`live:${kind}`, this);
    for (const name of ["submitting", "submitted", "submitend", "topicchange"]) document.removeEventListener(name, this);
    this.#sight.scroller.removeEventListener("scroll", this);
    clearInterval(this.#clock);
    clearTimeout(this.#line);
  }

  handleEvent(event) {
    const { type, detail } = event;
    if (type === "topicchange") this.#turnTo(detail.topic);
    else if (type === "live:hello" || type === "live:topic") this.#readAnew();
    else if (type === "live:batch") this.#changes.note(`batch-${detail}`);
    else if (type === "live:job") this.#jobChanged(...detail.split("/"));
    else if (type === "live:units" || type === "live:people") this.#renew(this.getAttribute("now"));
    else if (type === "submitting") this.#submitting(detail);
    else if (type === "submitted") this.#submitted(detail);
    else if (type === "submitend") this.#submitEnd(detail);
    else if (type === "fragment") this.#apply(detail, true);
    else if (type === "removed") this.#remove(detail);
    else if (type === "jobmoved") this.#jobMoved(event.target, detail);
    else if (type === "scroll") this.#scrolled();
    else if (event.target.closest("[data-do=to-newest]")) this.#sight.toNewest();
  }

  /**
   * Put the parts of a fragment where they belong: each has the id of what it replaces, or is a new card. The answer to
   * what was asked for here is shown at once (`isAnswer`).
   */
  #apply(html, isAnswer = false) {
    for (const part of partsOf(html)) this.#put(part, isAnswer);
  }

  #put(part, isAnswer = false) {
    const old = part.id ? document.getElementById(part.id) : null;
    const focused = old?.contains(document.activeElement);
    // Whether one's queue is paused stands on every tile that waits.
    if (old?.id === "paused" && old.hidden !== part.hidden) this.#renewLine();
    if (old && this.#isElsewhere(part)) this.#remove(old.id);
    else if (old) morph(old, part);
    else if (part.localName === "batch-card") this.#insert(part, isAnswer);
    // What had the focus may be gone, such as a Cancel: stay near it.
    if (focused && !old.contains(document.activeElement)) old.focus({ preventScroll: true });
  }

  get #cards() {
    return this.querySelector("[data-cards]");
  }

  #jobChanged(batch, job) {
    this.#changes.note(document.getElementById(`job-${job}`) ? `job-${job}` : `batch-${batch}`);
  }

  /** The cards and tiles of these names as they are now, in one answer; who is not in it is gone. */
  async #read(names) {
    const url = new URL(this.getAttribute("changed"), location);
    for (const name of names) url.searchParams.append("of", name);
    // Read before what changed now, they must not come after it.
    await Promise.allSettled([this.#reading]);
    let parts;
    try {
      parts = partsOf(await (await ask(url)).text());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return; // Back in touch, everything is read anew.
    }
    for (const name of names) if (!parts.some(({ id }) => id === name)) this.#remove(name);
    for await (const part of inSlices(parts)) this.#put(part);
  }

  /** Fetch a fragment; what changes again while it is on its way is fetched once more, not in parallel. */
  async #renew(url) {
    if (this.#fetching.has(url)) return this.#fetching.set(url, true);
    this.#fetching.set(url, false);
    const isNewest = url === this.getAttribute("url");
    if (!isNewest) await Promise.allSettled([this.#reading]);
    try {
      const html = await (await ask(url)).text();
      const isStill = !isNewest || url === this.getAttribute("url"); // another topic may have been turned to
      if (isNewest && isStill) this.#lookAtOthers(html);
      if (isStill) this.#apply(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    const again = this.#fetching.get(url);
    this.#fetching.delete(url);
    if (again) await this.#renew(url);
  }

  /** The line moves on with every picture of everybody, also of people whose events aren't told here. */
  #look() {
    this.#renew(this.getAttribute("now"));
    this.#renewLine();
  }

  #renewLine() {
    clearTimeout(this.#line);
    this.#line = 0;
    for (const card of this.querySelectorAll("batch-card:has(job-tile[state=queued])")) {
      const { top, bottom } = card.getBoundingClientRect();
      if (bottom < -SIGHT * innerHeight || top > (1 + SIGHT) * innerHeight) continue; // When it comes into sight.
      for (const tile of card.querySelectorAll("job-tile[state=queued]")) this.#changes.note(tile.id);
    }
  }

  #scrolled() {
    this.#sight.moved();
    this.#renewLineSoon();
  }

  /** A line that moves is not looked at for every step of it. */
  #renewLineSoon() {
    this.#line ||= setTimeout(() => this.#renewLine(), LINE);
  }

  /** After a (re)connection, everything may be otherwise; also what is on its way was asked for before. */
  #readAnew() {
    for (const url of this.#fetching.keys()) this.#fetching.set(url, true);
    this.#changes.again();
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
    for (const card of cards) if (card.isUnfinished) this.#changes.note(card.id);
  }

  /** Another topic's cards, "" for all: at once where they were here before, and then as they are now. */
  async #turnTo(topic) {
    if (topic === this.#topic) return;
    this.#shelf.set(this.#topic, [...this.#cards.children].filter((card) => !card.ariaBusy));
    if (topic) this.setAttribute("topic", topic);
    else this.removeAttribute("topic");
    const url = new URL(this.getAttribute("url"), location);
    if (topic) url.searchParams.set("topic", topic);
    else url.searchParams.delete("topic");
    this.setAttribute("url", url.pathname + url.search);
    this.#cards.replaceChildren(...(this.#shelf.get(topic) ?? []));
    this.querySelector("[data-empty]").hidden = true;
    this.#sight.toNewest();
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
      say({ ...error.toast, subject: "topic" });
    } finally {
      this.#cards.ariaBusy = null;
    }
  }

  #showEmpty() {
    this.querySelector("[data-empty]").hidden = Boolean(this.#cards.querySelector(".batch"));
  }

  /** A card of another topic than the one that is looked at: it was moved there, or comes from there. */
  #isElsewhere(part) {
    return part.localName === "batch-card" && Boolean(this.#topic) && part.getAttribute("topic") !== this.#topic;
  }

  #insert(card, isAnswer = false) {
    if (this.#isElsewhere(card)) return;
    // It may be what is on its way, whose answer takes the place of the card that is here: not twice until then.
    if (this.#sent.size && !isAnswer && card.hasAttribute("mine")) {
      this.#early.add(card.id);
      return;
    }
    const cards = this.#cards;
    const next = [...cards.querySelectorAll("batch-card")].find((each) => each.id < card.id);
    // Older than everything here: it belongs to a page that was not asked for yet.
    if (!next && cards.querySelector("feed-more")) return;
    const isNewest = next ? next === cards.querySelector("batch-card") : true;
    if (isNewest && this.hasAttribute("older")) return;
    const stay = this.#sight.staying();
    this.#sight.layOut(card);
    cards.insertBefore(card, next ?? null);
    stay();
    this.#showEmpty();
    if (isNewest) this.#sight.newCame();
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

  /** What is on its way stands in the feed at once. */
  #submitting(card) {
    if (this.hasAttribute("older")) return;
    this.#sent.add(card);
    setTimeout(() => this.#letIn(card), HELD);
    this.#cards.prepend(card);
    this.#showEmpty();
    this.#sight.toNewest();
  }

  #submitEnd(card) {
    card.remove();
    this.#showEmpty();
    this.#letIn(card);
  }

  /** What came early is shown, unless it may be another one's that is on its way. */
  #letIn(card) {
    if (!this.#sent.delete(card)) return;
    for (const id of this.#early) this.#changes.note(id);
    this.#early.clear();
  }

  #submitted(html) {
    this.#apply(html, true);
    if (this.hasAttribute("older")) location.assign(location.pathname + (this.#topic && `?topic=${this.#topic}`));
    else this.#sight.toNewest();
  }

  #jobMoved(tile, { from, to }) {
    const card = tile.closest("batch-card");
    if (tile.isFinished) {
      this.#changes.note(card.id); // Its line of units has changed, too.
      if (to === "succeeded") this.#sight.newCame(tile);
    } else if (from === "queued") this.#renewLineSoon();
    const states = card.tiles.map((each) => each.getAttribute("state"));
    if (card.isMine && from) this.#teller.tell(said({ number: tile.number, from, to, note: tile.note, states }));
  }
}

function partsOf(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.children];
}

customElements.define("batch-feed", BatchFeed);
