/** <axis-field>: one axis of a new experiment. What may be chosen stands below its values, to be pressed. */
import { example, has, lines, toggled } from "./axis-values.js";

class AxisField extends HTMLElement {
  #choices = [];

  connectedCallback() {
    for (const name of ["change", "input", "click"]) this.addEventListener(name, this);
    this.choices = JSON.parse(document.getElementById("axis-choices").textContent);
  }

  handleEvent({ type, target }) {
    const choice = type === "click" && target.closest("[data-value]");
    if (choice) this.#press(choice.dataset.value);
    else if (type === "change" && target === this.#select) this.#changed();
    else if (type === "input" && target === this.#values) this.#mark();
  }

  /** What the chosen model allows: [{name, label, choices}]. */
  set choices(choices) {
    this.#choices = choices;
    const chosen = this.#select.value;
    const options = [this.#select.options[0], ...choices.map(({ name, label }) => new Option(label, name))];
    this.#select.replaceChildren(...options);
    this.#select.value = choices.some(({ name }) => name === chosen) ? chosen : "";
    this.#draw();
  }

  get #select() {
    return this.querySelector("[data-axis]");
  }

  get #values() {
    return this.querySelector("[data-values]");
  }

  get #place() {
    return this.querySelector("[data-choices]");
  }

  #changed() {
    // The values of another axis mean nothing here.
    this.#values.value = "";
    this.#draw();
    if (this.#select.value) this.#values.focus();
  }

  #press(value) {
    this.#values.value = toggled(this.#values.value, value);
    this.#mark();
    this.#values.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #draw() {
    const { value } = this.#select;
    this.#values.disabled = !value;
    this.#values.rows = lines(value);
    this.#values.placeholder = example(value);
    const offered = this.#choices.find(({ name }) => name === value)?.choices ?? [];
    this.#place.replaceChildren(...offered.map(chip));
    this.#mark();
  }

  #mark() {
    for (const each of this.#place.children) {
      const isIn = has(this.#values.value, each.dataset.value);
      each.ariaPressed = String(isIn);
      each.classList.toggle("is-on", isIn);
    }
  }
}

function chip(value) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.dataset.value = value;
  button.textContent = value;
  return button;
}

customElements.define("axis-field", AxisField);
