/**
 * <model-panel remembers>: the settings, in the limits of the chosen model's contract. What is not as the model has it is
 * kept in this browser under the name in `remembers`, and found again on coming back.
 *
 * Another model keeps what it can draw, and one message says what had to change, with an undo. The form's
 * values live in its settings (setting.js); "reuse" on the document (an object of values) fills them. Whoever says more
 * about it by themselves adds `quietly`.
 */
import { remember, remembered } from "./remember.js";
import { SETTING, defined, settings } from "./setting.js";
import { plural, translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class ModelPanel extends HTMLElement {
  #contracts = {};
  #slug = "";
  #isBegun = false; // before, nothing is remembered over what was

  connectedCallback() {
    this.#contracts = JSON.parse(this.querySelector("#contracts").textContent);
    if (!this.#select) return;
    this.addEventListener("click", this);
    for (const name of ["input", "change", "reuse", "submitted"]) document.addEventListener(name, this);
    // Once the controls inside are defined as well.
    defined().then(() => this.#begin());
  }

  disconnectedCallback() {
    for (const name of ["input", "change", "reuse", "submitted"]) document.removeEventListener(name, this);
  }

  handleEvent({ type, target, detail }) {
    if (type === "reuse") this.#reuse(detail);
    else if (type === "submitted") this.#remember();
    else if (type === "click") this.#press(target.closest("[data-do]")?.dataset.do);
    else if (target === this.#select) {
      if (type === "change") this.choose(target.value);
    } else if (target.closest?.(SETTING)) {
      this.#draw();
    }
  }

  /** The chosen model: name, units and contract. */
  get model() {
    return this.#contracts[this.#slug];
  }

  /** The first model that can, by its contract. */
  find(can) {
    return Object.entries(this.#contracts).find(([slug, contract]) => can(contract, slug));
  }

  /** The settings in short, for where the panel is not seen. */
  get summary() {
    if (!this.model) return "";
    const { count } = this;
    return [this.model.name.split(",")[0], this.querySelector("size-picker").summary, plural("{count} image", "{count} images", count), ...this.#advancedWords].join(" · ");
  }

  /** The first thing that is wrong, as a sentence. */
  get problem() {
    return this.#slug ? (settings().map((setting) => setting.problem).find(Boolean) ?? "") : "";
  }

  get count() {
    return this.model ? this.querySelector("image-count").values.count : 0;
  }

  /** What the feed shows of a request before the server has answered. */
  get request() {
    return { model: this.model.name, count: this.count, ...this.querySelector("size-picker").drawn };
  }

  /** Units that the request takes: half of them where it may wait. */
  get cost() {
    if (!this.model) return 0;
    const { units } = this.model;
    const mayWait = this.querySelector("time-class")?.values.time_class === "whenever";
    return this.count * (mayWait ? units / 2 : units);
  }

  /** Another model, as if it had been picked. */
  choose(slug) {
    // What is written since then stays after an undo.
    const { prompt, ...before } = this.#values;
    this.#apply(slug);
    const changes = settings()
      .map((setting) => setting.changed(before))
      .filter(Boolean);
    if (!changes.length) return;
    say({ text: translate("For {model}: {changes}.", { model: this.model.name, changes: changes.join(", ") }), subject: "settings", seconds: 10, action: this.#undo(before) });
  }

  #begin() {
    const last = remembered("lastModelId");
    this.#apply(this.#contracts[last] ? last : this.#select.value);
    this.#recall();
    this.#isBegun = true;
    this.#draw();
    this.dispatchEvent(new CustomEvent("panelready", { bubbles: true }));
    const reuse = document.getElementById("reuse");
    if (reuse) this.#reuse(JSON.parse(reuse.textContent));
  }

  /** As they were left here, or where nobody was yet with the steps of elsewhere. */
  #recall() {
    const left = this.#left;
    if (left) for (const setting of settings(this)) setting.recall(left);
    const steps = left ? 0 : Number(remembered("lastStepsValue"));
    const { parameter } = this.#steps;
    if (steps && parameter && !parameter.fixed) this.#steps.value = Math.min(parameter.max, Math.max(parameter.min, Math.round(steps)));
  }

  get #left() {
    try {
      return JSON.parse(remembered(this.getAttribute("remembers")));
    } catch {
      return null;
    }
  }

  #press(action) {
    if (action === "reset-advanced") this.#reset(settings(this.#advanced));
    else if (action === "reset") this.#reset(settings());
  }

  #reset(some) {
    const before = this.#values;
    for (const setting of some) setting.reset();
    this.#draw();
    say({ text: translate("The model's defaults are set."), subject: "settings", action: this.#undo(before) });
  }

  #reuse(values) {
    const before = this.#values;
    const isThere = !values.model || this.#contracts[values.model];
    if (values.model && isThere && values.model !== this.#slug) this.#apply(values.model);
    this.#fill(values);
    if (isThere && (values.quietly || (values.prompt !== undefined && Object.keys(values).length === 1))) return;
    const what = Object.keys(values).length === 1 && "seed" in values ? translate("Seed set to {seed}.", { seed: values.seed }) : translate("Settings are in the form.");
    const gone = isThere ? "" : ` ${translate("That model can't be used any more; {model} stays chosen.", { model: this.model.name })}`;
    say({ text: what + gone, subject: "settings", seconds: 10, action: this.#undo(before) });
  }

  #undo(values) {
    return {
      label: translate("Undo"),
      run: () => {
        this.#apply(values.model);
        this.#fill(values);
      },
    };
  }

  #apply(slug) {
    this.#slug = this.#select.value = slug;
    const { name, units, note, is_local: isLocal, needs_key: needsKey } = this.model;
    this.querySelector("[data-model-name]").textContent = name;
    this.querySelector("[data-model-note]").textContent = [plural("{count} unit each", "{count} units each", units), note].filter(Boolean).join(" · ");
    this.querySelector("[data-model-icon]").className = `bi ${isLocal ? "bi-cpu" : "bi-cloud"}`;
    this.querySelector("[data-needs-key]").hidden = !needsKey;
    for (const setting of settings()) setting.model = this.model;
    this.#draw();
  }

  #fill(values) {
    for (const setting of settings()) setting.fill(values);
    if ("prompt" in values) write(values.prompt);
    this.#draw();
  }

  get #values() {
    const known = settings().map((setting) => structuredClone(setting.values));
    return Object.assign({ model: this.#slug, prompt: document.getElementById("prompt").value }, ...known);
  }

  /** What of the folded part is not as the model has it, in words. */
  get #advancedWords() {
    return settings(this.#advanced).flatMap((setting) => setting.words);
  }

  #draw() {
    if (!this.#slug) return;
    const words = this.#advancedWords;
    const isWrong = settings(this.#advanced).some((setting) => setting.problem);
    const text = isWrong ? translate("not valid") : words.join(" · ") || translate("Model defaults");
    this.querySelector("[data-summary]").textContent = text[0].toUpperCase() + text.slice(1);
    this.querySelector("[data-changed-dot]").hidden = !words.length && !isWrong;
    this.querySelector("[data-changed-words]").textContent = words.length ? translate(", changed") : "";
    this.querySelector("[data-do=reset-advanced]").hidden = !words.length && !isWrong;
    // Beside the workspace's name there is room for what is of use.
    this.querySelector("[data-do=reset]").classList.toggle("d-lg-none", !words.length && !isWrong && !Object.keys(this.#lasting).length);
    if (this.#isBegun) this.#remember();
    this.dispatchEvent(new CustomEvent("settingschange", { bubbles: true }));
  }

  #remember() {
    const { parameter, problem, value } = this.#steps;
    if (parameter && !parameter.fixed && !problem) remember("lastStepsValue", value);
    remember("lastModelId", this.#slug);
    remember(this.getAttribute("remembers"), JSON.stringify(this.#lasting));
  }

  get #lasting() {
    return Object.assign({}, ...settings(this).map((setting) => setting.lasting));
  }

  get #select() {
    return this.querySelector("[name=model]");
  }

  get #steps() {
    return this.querySelector("number-dial[name=num_inference_steps]");
  }

  get #advanced() {
    return this.querySelector("[data-advanced]");
  }
}

/** As if it had been typed: what was wrong with another prompt is not wrong with this one. */
function write(prompt) {
  const field = document.getElementById("prompt");
  if (field.value === prompt) return;
  field.value = prompt;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

customElements.define("model-panel", ModelPanel);
