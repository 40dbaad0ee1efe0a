/** <remix-origin>: that the form began with somebody's shared picture, until it is filled with something else. */
import { Setting } from "./setting.js";

class RemixOrigin extends Setting {
  connectedCallback() {
    this.addEventListener("click", ({ target }) => target.closest("[data-do=forget]") && this.fill({ remix_of: "" }));
  }

  get values() {
    return { remix_of: this.#field.value };
  }

  /** Whole settings come from another picture; a seed or a style alone leave it what it is. */
  fill(values) {
    if ("remix_of" in values) this.#field.value = values.remix_of;
    else if ("model" in values) this.#field.value = "";
    this.hidden = !this.#field.value;
  }

  reset() {
    this.fill({ remix_of: "" });
  }

  get #field() {
    return this.querySelector("input");
  }
}

customElements.define("remix-origin", RemixOrigin);
