/**
 * <lora-picker>: small changes mixed into the model, each with its weight, as many as the contract lets.
 * The form gets them as one JSON text.
 */
import { Setting } from "./setting.js";
import { plain, plural, translate } from "./texts.js";

class LoraPicker extends Setting {
  #offered = []; // of the chosen model: { slug, name, trigger_words, weight }
  #limits = { max: 0, weight: { min: 0, max: 0 } };
  #chosen = []; // { lora: slug, weight }

  connectedCallback() {
    for (const name of ["change", "input", "click"]) this.addEventListener(name, this);
  }

  handleEvent({ type, target }) {
    if (type === "click") {
      const row = target.closest("[data-do=remove-lora]")?.closest("[data-lora]");
      if (row) this.#remove(row.dataset.lora);
    } else if (target === this.#adder) {
      if (type === "change" && target.value) this.#add(target.value);
    } else if (target.closest("[data-lora]")) this.#weigh(target);
  }

  set model({ loras, lora_choices: choices }) {
    this.#offered = choices;
    this.#limits = loras;
    this.#chosen = this.#fitting(this.#chosen);
    this.#draw();
  }

  get values() {
    return this.#isUsed ? { loras: this.#chosen } : {};
  }

  fill({ loras }) {
    if (loras === undefined) return;
    this.#chosen = this.#fitting((loras ?? []).map((each) => ({ ...each })));
    this.#draw();
  }

  reset() {
    this.fill({ loras: [] });
  }

  get lasting() {
    return this.#isUsed && this.#chosen.length && !this.problem ? this.values : {};
  }

  changed({ loras = [] }) {
    const gone = loras.filter(({ lora }) => !this.#chosen.some((each) => each.lora === lora));
    return gone.length ? plural("one LoRA does not fit", "{count} LoRAs do not fit", gone.length) : "";
  }

  get problem() {
    const { min, max } = this.#limits.weight;
    const wrong = this.#chosen.find(({ weight }) => !(weight >= min && weight <= max));
    return wrong ? translate("The weight of {name} must be between {min} and {max}.", { name: this.#nameOf(wrong.lora), min: plain(min), max: plain(max) }) : "";
  }

  tell(sentence) {
    const line = this.querySelector(".hint");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", Boolean(sentence));
  }

  get #isUsed() {
    return this.#limits.max > 0 && this.#offered.length > 0;
  }

  get #adder() {
    return this.querySelector("[data-add]");
  }

  #fitting(uses) {
    return uses.filter(({ lora }) => this.#offered.some(({ slug }) => slug === lora)).slice(0, this.#limits.max);
  }

  #nameOf(lora) {
    return this.#offered.find(({ slug }) => slug === lora)?.name ?? lora;
  }

  #add(slug) {
    const { weight } = this.#offered.find((each) => each.slug === slug);
    this.#chosen.push({ lora: slug, weight });
    this.#draw();
    this.#tellChange();
    this.#row(slug)?.querySelector("[type=range]").focus();
  }

  #remove(slug) {
    this.#chosen = this.#chosen.filter(({ lora }) => lora !== slug);
    this.#draw();
    this.#tellChange();
    this.#adder.focus();
  }

  #weigh(field) {
    const row = field.closest("[data-lora]");
    const use = this.#chosen.find(({ lora }) => lora === row.dataset.lora);
    use.weight = field.value.trim() === "" ? NaN : Number(field.value.replace(",", "."));
    for (const each of row.querySelectorAll("input")) if (each !== field && use.weight === use.weight) each.value = use.weight;
    this.#write();
  }

  #row(slug) {
    return this.querySelector(`[data-lora="${CSS.escape(slug)}"]`);
  }

  #tellChange() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #draw() {
    this.show(this.#isUsed);
    const rows = this.#chosen.map((use) => this.#drawRow(use));
    this.querySelector("[data-rows]").replaceChildren(...rows);
    const rest = this.#offered.filter(({ slug }) => !this.#chosen.some(({ lora }) => lora === slug));
    this.#adder.replaceChildren(new Option(this.#chosen.length ? translate("Add another…") : translate("Add…"), ""), ...rest.map(({ slug, name }) => new Option(name, slug)));
    this.#adder.hidden = !rest.length || this.#chosen.length >= this.#limits.max;
    this.querySelector("[data-most]").textContent = this.#chosen.length ? translate("{count} of {max}", { count: this.#chosen.length, max: this.#limits.max }) : "";
    this.#write();
  }

  #drawRow({ lora, weight }) {
    const { name, trigger_words: words } = this.#offered.find(({ slug }) => slug === lora);
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.lora = lora;
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("[data-words]").textContent = words ? translate("Adds “{words}” to the prompt", { words }) : "";
    row.querySelector("button").ariaLabel = row.querySelector("button").title = translate("Remove {name}", { name });
    const [range, field] = row.querySelectorAll("input");
    range.ariaLabel = translate("Weight of {name}, slider", { name });
    field.ariaLabel = translate("Weight of {name}", { name });
    Object.assign(range, this.#limits.weight);
    range.value = field.value = weight;
    return row;
  }

  #write() {
    this.querySelector("[name=loras]").value = this.#chosen.length ? JSON.stringify(this.#chosen) : "";
    this.tell(this.problem);
  }
}

customElements.define("lora-picker", LoraPicker);
