/** <leave-out>: what should not appear, where the model can leave things out. */
import { Setting } from "./setting.js";
import { translate } from "./texts.js";

class LeaveOut extends Setting {
  set model({ negative_prompt: canLeaveOut }) {
    this.show(canLeaveOut);
  }

  get values() {
    return this.hidden ? {} : { negative_prompt: this.#field.value };
  }

  fill(values) {
    if ("negative_prompt" in values) this.#field.value = values.negative_prompt;
  }

  reset() {
    this.#field.value = "";
  }

  get lasting() {
    return this.#field.value && !this.hidden ? this.values : {};
  }

  changed({ negative_prompt: text }) {
    return text && this.hidden ? translate("“Leave out” is not used") : "";
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.add("is-wrong");
    this.#field.ariaInvalid = "true";
    const forget = () => {
      line.textContent = "";
      this.#field.ariaInvalid = null;
    };
    this.addEventListener("input", forget, { once: true });
  }

  get #field() {
    return this.querySelector("textarea");
  }
}

customElements.define("leave-out", LeaveOut);
