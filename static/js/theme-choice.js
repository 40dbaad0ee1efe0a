/**
 * <theme-choice>: dark, light or as the browser has it, at once and on every page from now on.
 *
 * The server draws a page in the theme already (`data-bs-theme`), so that nothing flashes. The cookie is how it knows
 * where it does not know the person: for visitors, and for the pages that it draws without its database.
 */
import { prefer } from "./preferences.js";

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

function keep(theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

document.addEventListener("preferencechange", ({ detail: { key, value } }) => {
  if (key !== "theme" || !value) return;
  page.dataset.bsTheme = value;
  keep(value);
  for (const choice of document.querySelectorAll("theme-choice")) choice.draw();
});
// Signed in, what the person likes is what counts; this browser may have been told otherwise before.
if (document.getElementById("preferences")) keep(page.dataset.bsTheme);
customElements.define("theme-choice", ThemeChoice);
