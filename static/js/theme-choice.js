/**
 * <theme-choice>: dark, light or as the browser has it, at once and on every page from now on.
 *
 * The server draws a page in the theme already (`data-bs-theme`), so that nothing flashes. The cookie is how it knows
 * where it does not know the person: for visitors, and for the pages that it draws without its database.
 */
import { prefer } from "./preferences.js";

// When what the browser paints around the page is light: as in base.html.
const LIGHT = { light: "all", dark: "not all", system: "(prefers-color-scheme: light)" };
const YEAR = 365 * 24 * 3600;
const page = document.documentElement;

class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.draw();
  }

  handleEvent({ target }) {
    const chosen = target.closest("button")?.value;
    if (chosen) prefer("theme", chosen);
  }

  draw() {
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === page.dataset.bsTheme));
    }
  }
}

function paint(theme) {
  page.dataset.bsTheme = theme;
  document.querySelector("meta[name=theme-color]").media = LIGHT[theme];
  document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
}

function keep(theme) {
  const [name, secure] = location.protocol === "https:" ? ["__Host-theme", "; secure"] : ["theme", ""];
  document.cookie = `${name}=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

document.addEventListener("preferencechange", ({ detail: { key, value } }) => {
  if (key !== "theme" || !value) return;
  paint(value);
  keep(value);
  for (const choice of document.querySelectorAll("theme-choice")) choice.draw();
});
// Signed in, what the person likes is what counts; this browser may have been told otherwise before.
if (document.getElementById("preferences")) keep(page.dataset.bsTheme);
customElements.define("theme-choice", ThemeChoice);
