/** <local-time><time datetime></time></local-time>: a moment in the reader's own time, shorter the nearer it is; also one that is to come. */
import { preferred } from "./preferences.js";
import { locale, translate } from "./texts.js";
import { zoneOf } from "./zone.js";

// What the person chose, on whichever device; else what this browser's clock says.
const timeZone = zoneOf(preferred("zone"));
const clock = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { timeZone, day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "full", timeStyle: "medium" });
const date = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "short" });

// One clock for all of them: a page may have hundreds.
const shown = new Set();
setInterval(() => shown.forEach((each) => each.draw()), 30_000);

class LocalTime extends HTMLElement {
  static drawsItself = true;

  connectedCallback() {
    shown.add(this);
    this.draw();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  /** As a newer version of the page has it. */
  renew(fresh) {
    this.firstElementChild.dateTime = fresh.firstElementChild.dateTime;
    this.draw();
  }

  draw() {
    const time = this.firstElementChild;
    const moment = new Date(time.dateTime);
    const said = words(moment);
    // Writing the same would have it laid out anew.
    if (time.textContent !== said) time.textContent = said;
    const title = full.format(moment);
    if (time.title !== title) time.title = title;
  }
}

function words(moment) {
  const now = new Date();
  const minutes = (now - moment) / 60_000;
  if (Math.abs(minutes) < 1) return translate("just now");
  if (minutes > 0 && minutes < 60) return translate("{minutes} min ago", { minutes: Math.floor(minutes) });
  if (date.format(moment) === date.format(now)) return clock.format(moment);
  if (Math.abs(minutes) < 6 * 24 * 60) return weekday.format(moment);
  return day.format(moment);
}

customElements.define("local-time", LocalTime);
