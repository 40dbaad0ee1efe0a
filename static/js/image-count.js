/** <image-count>: how many pictures one request makes, up to what the model and the plan (`most`) let. */
import { Setting } from "./setting.js";
import { translate } from "./texts.js";

class ImageCount extends Setting {
  set model({ count }) {
    const most = Math.min(count.max, Number(this.getAttribute("most") ?? Infinity));
    for (const radio of this.#radios) {
      radio.disabled = Number(radio.value) > most;
      radio.nextElementSibling.hidden = radio.disabled;
    }
    this.fill({ count: Math.min(this.#count, most) });
  }

  get values() {
    return { count: this.#count };
  }

  fill({ count }) {
    const radio = this.#radios.find((each) => Number(each.value) === Number(count) && !each.disabled);
    if (radio) radio.checked = true;
  }

  reset() {
    this.fill({ count: 1 });
  }

  get lasting() {
    return this.#count > 1 ? this.values : {};
  }

  changed({ count }) {
    return count > this.#count ? translate("images {before} → {now}", { before: count, now: this.#count }) : "";
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.add("is-wrong");
    this.addEventListener("change", () => (line.textContent = ""), { once: true });
  }

  get #radios() {
    return [...this.querySelectorAll("[type=radio]")];
  }

  get #count() {
    return Number(this.#radios.find((radio) => radio.checked).value);
  }
}

customElements.define("image-count", ImageCount);
