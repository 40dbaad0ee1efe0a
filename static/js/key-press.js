/**
 * <key-press>: each [data-press="k"] in it is pressed by that key, or focused where one writes into it. One with
 * data-fills puts its words into the field of that id. While somebody writes the keys are letters; Escape leaves.
 */
const WRITTEN = "textarea, input:not([type=submit]), select";

class KeyPress extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("toggle", this, true); // it does not bubble
    document.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.type === "keydown") this.key(event);
    else if (event.type === "click") this.fill(event.target.closest("[data-fills]"));
    else this.show(event.target);
  }

  key(event) {
    // A key that is held would decide about the next one, too, before anybody has seen it.
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(WRITTEN)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const target = this.querySelector(`[data-press="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches(WRITTEN)) target.focus();
    else target.click();
  }

  fill(button) {
    if (button) this.querySelector(`#${button.dataset.fills}`).value = button.textContent;
  }

  /** What is hidden is not even fetched before somebody asks for it. */
  show(details) {
    const picture = details.querySelector?.("img:not([src])");
    if (details.open && picture) picture.src = details.dataset.source;
  }
}

customElements.define("key-press", KeyPress);
