/**
 * <menu-button><button popovertarget aria-haspopup="menu"></button><div popover role="menu">…</div></menu-button>:
 * a menu in the browser's top layer, where no card's edge cuts it off. Arrow keys, Home, End and Esc as menus
 * have them. A page with hundreds of menus keeps each in a <template> within its menu, and it is built when it is wanted.
 */
const GAP = 4;

class MenuButton extends HTMLElement {
  connectedCallback() {
    for (const name of ["click", "keydown", "focusout"]) this.addEventListener(name, this);
    // It doesn't bubble.
    for (const name of ["beforetoggle", "toggle"]) this.#menu.addEventListener(name, this);
  }

  disconnectedCallback() {
    document.removeEventListener("scroll", this, { capture: true });
  }

  handleEvent(event) {
    if (event.type === "beforetoggle") this.build();
    else if (event.type === "toggle") this.#toggled(event.newState === "open");
    else if (event.type === "scroll") this.#scrolled(event.target);
    else if (event.type === "click") this.#click(event.target);
    else if (event.type === "keydown") this.#key(event);
    else if (this.#isOpen && event.relatedTarget && !this.contains(event.relatedTarget)) this.#menu.hidePopover();
  }

  get #button() {
    return this.querySelector("[aria-haspopup]");
  }

  get #menu() {
    return this.querySelector("[popover]");
  }

  get #isOpen() {
    return this.#menu.matches(":popover-open");
  }

  get #items() {
    return [...this.#menu.querySelectorAll("button, a")].filter((item) => !item.disabled);
  }

  /** Put what its template has into the menu, once. */
  build() {
    const [template, ...built] = this.#menu.children;
    if (template?.localName === "template" && !built.length) this.#menu.append(template.content.cloneNode(true));
  }

  #click(target) {
    // After those who listen above have done what was chosen.
    if (target.closest("[role=menuitem]")) queueMicrotask(() => this.#isOpen && this.#close());
  }

  #close() {
    this.#menu.hidePopover();
    this.#button.focus({ preventScroll: true });
  }

  #key(event) {
    const { key } = event;
    if (!this.#isOpen) {
      if (key !== "ArrowDown" || event.target !== this.#button) return;
      event.preventDefault();
      return this.#menu.showPopover();
    }
    const items = this.#items;
    const place = items.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[key];
    if (key === "Escape") {
      event.stopPropagation(); // A dialog around it stays open.
      event.preventDefault();
      return this.#close();
    }
    if (key === "Tab") return this.#menu.hidePopover();
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items[(next + items.length) % items.length].focus();
  }

  #toggled(isOpen) {
    this.#button.ariaExpanded = String(isOpen);
    if (!isOpen) return document.removeEventListener("scroll", this, { capture: true });
    // What scrolled before it opened is told in the next frame, ahead of this.
    requestAnimationFrame(() => this.#isOpen && document.addEventListener("scroll", this, { capture: true }));
    this.#place();
    this.#items[0]?.focus({ preventScroll: true });
    return undefined;
  }

  /** It does not move along with its button; what is long scrolls in itself. */
  #scrolled(target) {
    if (this.#isOpen && !this.#menu.contains(target)) this.#menu.hidePopover();
  }

  /** Below the button, or above it where there is more room; within the window. */
  #place() {
    const menu = this.#menu;
    const button = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const isBelow = button.bottom + GAP + height <= innerHeight || button.top < innerHeight / 2;
    const top = isBelow ? button.bottom + GAP : button.top - GAP - height;
    const left = Math.min(button.left, innerWidth - width - GAP);
    menu.style.setProperty("--top", `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`);
    menu.style.setProperty("--left", `${Math.max(GAP, left)}px`);
  }
}

customElements.define("menu-button", MenuButton);
