/**
 * <mention-field url><textarea><div role="listbox"><p data-said></mention-field>: while somebody writes "@al", offers the
 * members whose names fit. Arrows choose, Enter or Tab accepts, Esc dismisses.
 */
import { naming, peopleFor } from "./mentioning.js";
import { ask } from "./post.js";
import { plural } from "./texts.js";

class MentionField extends HTMLElement {
  #people = null; // a promise of who is there
  #offers = [];
  #chosen = 0;
  #dismissed = "";

  connectedCallback() {
    this.#field.addEventListener("input", this);
    this.#field.addEventListener("blur", this);
    this.#field.addEventListener("keydown", this, { capture: true });
    this.#list.addEventListener("pointerdown", this);
  }

  handleEvent(event) {
    if (event.type === "input") this.#look();
    else if (event.type === "blur") this.#close();
    else if (event.type === "keydown") this.#key(event);
    else this.#press(event);
  }

  get #field() {
    return this.querySelector("textarea");
  }

  get #list() {
    return this.querySelector("[role=listbox]");
  }

  get #named() {
    return naming(this.#field.value.slice(0, this.#field.selectionStart));
  }

  async #look() {
    const named = this.#named;
    if (!named || named.text === this.#dismissed) return this.#close();
    this.#dismissed = "";
    this.#people ??= ask(this.getAttribute("url"))
      .then((response) => response.json())
      .catch(() => {
        this.#people = null; // The next key asks again.
        return { people: [] };
      });
    const { people } = await this.#people;
    // Somebody may have written on meanwhile, or gone.
    if (this.#named?.text !== named.text || document.activeElement !== this.#field) return undefined;
    this.#offers = peopleFor(named, people);
    return this.#offers.length ? this.#open() : this.#close();
  }

  #key(event) {
    if (this.#list.hidden || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.#choose((this.#chosen + by + this.#offers.length) % this.#offers.length);
    else if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey) this.#accept(this.#chosen);
    else if (event.key === "Escape") {
      this.#dismissed = this.#named?.text ?? "";
      this.#close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #press(event) {
    const place = [...this.#list.children].indexOf(event.target.closest("[role=option]"));
    event.preventDefault(); // The field keeps the focus.
    if (place >= 0) this.#accept(place);
  }

  #accept(place) {
    const field = this.#field;
    const end = field.selectionStart;
    const { text } = this.#named;
    field.setRangeText(`@${this.#offers[place].name} `, end - text.length, end, "end");
    this.#close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #open() {
    const rows = this.#offers.map(({ name, full }, place) => {
      const row = document.createElement("div");
      row.role = "option";
      row.id = `${this.#list.id}-${place}`;
      row.append(`@${name}`);
      if (full) {
        const words = row.appendChild(document.createElement("span"));
        words.className = "t-3 text-truncate";
        words.textContent = full;
      }
      return row;
    });
    this.#list.replaceChildren(...rows);
    this.#list.hidden = false;
    this.#say(plural("{count} member fits, Enter accepts.", "{count} members fit, Enter accepts.", rows.length));
    this.#choose(0);
  }

  #choose(place) {
    this.#chosen = place;
    [...this.#list.children].forEach((row, at) => (row.ariaSelected = String(at === place)));
    this.#field.setAttribute("aria-activedescendant", `${this.#list.id}-${place}`);
    this.#list.children[place].scrollIntoView({ block: "nearest" });
  }

  /** Heard by whoever doesn't see the list. */
  #say(words) {
    this.querySelector("[data-said]").textContent = words;
  }

  #close() {
    if (!this.#list.hidden) this.#say("");
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("mention-field", MentionField);
