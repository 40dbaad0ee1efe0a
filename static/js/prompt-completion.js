/**
 * <prompt-completion url for>: while somebody writes in the field, offers styles after "<", lists after "__" or
 * "{__", and phrases of one's own latest prompts. Tab accepts, arrows choose, Esc dismisses.
 */
import { asking, offersFor } from "./completing.js";
import { ask } from "./post.js";
import { plural } from "./texts.js";

class PromptCompletion extends HTMLElement {
  #words = null; // a promise of what there is
  #offers = [];
  #chosen = 0;
  #dismissed = "";

  connectedCallback() {
    this.#field.addEventListener("input", this);
    this.#field.addEventListener("blur", this);
    // Before the prompt's own keys.
    this.#field.addEventListener("keydown", this, { capture: true });
    this.addEventListener("pointerdown", this);
  }

  handleEvent(event) {
    if (event.type === "input") this.#look();
    else if (event.type === "blur") this.#close();
    else if (event.type === "keydown") this.#key(event);
    else this.#press(event);
  }

  get #field() {
    return document.getElementById(this.getAttribute("for"));
  }

  get #isOpen() {
    return !this.hidden;
  }

  async #look() {
    const asked = asking(this.#field.value.slice(0, this.#field.selectionStart));
    // What is filled in from elsewhere is nobody's typing.
    if (!asked || asked.text === this.#dismissed || document.activeElement !== this.#field) return this.#close();
    this.#dismissed = "";
    this.#words ??= ask(this.getAttribute("url"))
      .then((response) => response.json())
      .catch(() => {
        this.#words = null; // The next key asks again.
        return { styles: [], lists: [], recent: [] };
      });
    const words = await this.#words;
    // Somebody may have written on meanwhile.
    if (asking(this.#field.value.slice(0, this.#field.selectionStart))?.text !== asked.text) return;
    this.#offers = offersFor(asked, words);
    if (this.#offers.length) this.#open();
    else this.#close();
  }

  #key(event) {
    if (!this.#isOpen || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.#choose((this.#chosen + by + this.#offers.length) % this.#offers.length);
    else if (event.key === "Tab" && !event.shiftKey) this.#accept(this.#offers[this.#chosen]);
    else if (event.key === "Escape") {
      this.#dismissed = asking(this.#field.value.slice(0, this.#field.selectionStart))?.text ?? "";
      this.#close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #press(event) {
    const place = [...this.querySelectorAll("[role=option]")].indexOf(event.target.closest("[role=option]"));
    event.preventDefault(); // The field keeps the focus.
    if (place >= 0) this.#accept(this.#offers[place]);
  }

  #accept({ asked, insert, style }) {
    const field = this.#field;
    const end = field.selectionStart;
    field.setRangeText(insert, end - asked.text.length, end, "end");
    if (style) document.dispatchEvent(new CustomEvent("reuse", { detail: { style } }));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.#close();
  }

  #open() {
    const rows = this.#offers.map(({ label, note }, place) => {
      const row = document.createElement("div");
      row.role = "option";
      row.id = `offer-${place}`;
      row.className = "offer";
      row.append(label);
      if (note) row.appendChild(document.createElement("span")).textContent = note;
      return row;
    });
    this.querySelector("[role=listbox]").replaceChildren(...rows);
    this.hidden = false;
    this.#tell(plural("{count} suggestion, Tab accepts.", "{count} suggestions, Tab accepts.", rows.length));
    this.#choose(0);
  }

  #choose(place) {
    this.#chosen = place;
    [...this.querySelectorAll("[role=option]")].forEach((row, at) => (row.ariaSelected = String(at === place)));
    this.#field.setAttribute("aria-activedescendant", `offer-${place}`);
    this.querySelector(`#offer-${place}`)?.scrollIntoView({ block: "nearest" });
  }

  /** Heard by whoever doesn't see the list. */
  #tell(words) {
    document.querySelector("[data-offered]").textContent = words;
  }

  #close() {
    if (this.#isOpen) this.#tell("");
    this.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("prompt-completion", PromptCompletion);
