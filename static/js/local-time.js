/** <local-time><time datetime></time></local-time>: a moment in the reader's own time, shorter the nearer it is. */
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat([], { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat([], { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "medium" });

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
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (moment.toDateString() === now.toDateString()) return clock.format(moment);
  if (minutes < 6 * 24 * 60) return weekday.format(moment);
  return day.format(moment);
}

customElements.define("local-time", LocalTime);
