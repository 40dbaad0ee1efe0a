/**
 * <nav-menu controls [collapsed]><button aria-expanded></button></nav-menu>: folds the navigation of that id from a list
 * into a row of icons. Remembered in this browser; `collapsed` is how it is at first.
 */
import { flagOf } from "./frame.js";
import { remember, remembered } from "./remember.js";

const NAME = "navMenu_collapsed";

class NavMenu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.isCollapsed = flagOf(remembered(NAME), this.hasAttribute("collapsed"));
  }

  handleEvent({ target }) {
    if (!target.closest("button")) return;
    this.isCollapsed = !this.isCollapsed;
    remember(NAME, this.isCollapsed);
  }

  get isCollapsed() {
    return this.querySelector("button").ariaExpanded === "false";
  }

  set isCollapsed(isIt) {
    this.querySelector("button").ariaExpanded = String(!isIt);
    document.getElementById(this.getAttribute("controls")).classList.toggle("is-collapsed", isIt);
  }
}

customElements.define("nav-menu", NavMenu);
