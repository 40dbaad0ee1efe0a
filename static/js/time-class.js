/** <time-class>: drawn in turn, or for half the units when nothing else waits. */
import { Setting } from "./setting.js";

class TimeClass extends Setting {
  connectedCallback() {
    this.addEventListener("change", () => this.#draw());
    this.#draw();
  }

  get values() {
    return { time_class: this.#chosen.value };
  }

  fill({ time_class: timeClass }) {
    const radio = timeClass && this.querySelector(`[value="${CSS.escape(timeClass)}"]`);
    if (radio) radio.checked = true;
    this.#draw();
  }

  reset() {
    this.fill({ time_class: "now" });
  }

  get lasting() {
    return this.#chosen.value === "now" ? {} : this.values;
  }

  get words() {
    return this.#chosen.value === "now" ? [] : ["whenever"];
  }

  tell(sentence) {
    this.#line.textContent = sentence;
    this.#line.classList.add("is-wrong");
  }

  get #chosen() {
    return this.querySelector(":checked");
  }

  get #line() {
    return this.querySelector(".hint");
  }

  #draw() {
    this.#line.textContent = this.#chosen.dataset.help ?? "";
    this.#line.classList.remove("is-wrong");
  }
}

customElements.define("time-class", TimeClass);
