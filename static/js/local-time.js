/** <local-time><time datetime></time></local-time>: a moment in the reader's own time, shorter the nearer it is. */
import { locale, translate } from "./texts.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });

class LocalTime extends HTMLElement {
  static drawsItself = true;
  #timer = 0;

  connectedCallback() {
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), 30_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #draw() {
    const time = this.firstElementChild;
    const moment = new Date(time.dateTime);
    time.textContent = words(moment);
    time.title = full.format(moment);
  }
}

function words(moment) {
  const now = new Date();
  const minutes = (now - moment) / 60_000;
  if (minutes < 1) return translate("just now");
  if (minutes < 60) return translate("{minutes} min ago", { minutes: Math.floor(minutes) });
  if (moment.toDateString() === now.toDateString()) return clock.format(moment);
  if (minutes < 6 * 24 * 60) return weekday.format(moment);
  return day.format(moment);
}

customElements.define("local-time", LocalTime);
