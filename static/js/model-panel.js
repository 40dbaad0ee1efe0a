/**
 * <model-panel>: the settings, in the limits of the chosen model's contract.
 *
 * Another model keeps what it can draw, and one message says what had to change, with an undo. The form's
 * values live in its fields; "reuse" on the document (an object of values) fills them.
 */
import { remember, remembered } from "./remember.js";
import { say } from "./toast-shelf.js";

class ModelPanel extends HTMLElement {
  #contracts = {};
  #slug = "";

  connectedCallback() {
    this.#contracts = JSON.parse(this.querySelector("#contracts").textContent);
    if (!this.#select) return;
    for (const name of ["input", "change", "click"]) this.addEventListener(name, this);
    document.addEventListener("reuse", this);
    document.addEventListener("submitted", this);
    // Once the controls inside are defined as well.
    Promise.all(["number-dial", "seed-field", "size-picker"].map((name) => customElements.whenDefined(name))).then(() => this.#begin());
  }

  disconnectedCallback() {
    document.removeEventListener("reuse", this);
    document.removeEventListener("submitted", this);
  }

  handleEvent({ type, target, detail }) {
    if (type === "reuse") return this.#reuse(detail);
    if (type === "submitted") return this.#rememberSteps();
    if (type === "click") return this.#press(target.closest("[data-do]")?.dataset.do);
    if (target === this.#select) {
      if (type === "change") this.#changeModel(target.value);
      return;
    }
    if (this.#steps.contains(target)) this.#rememberSteps();
    this.#draw();
  }

  /** The chosen model: name, units and contract. */
  get model() {
    return this.#contracts[this.#slug];
  }

  /** The settings in short, for where the panel is not seen. */
  get summary() {
    if (!this.model) return "";
    const count = this.#values.count;
    return [this.model.name.split(",")[0], this.#size.summary, `${count} ${count === 1 ? "image" : "images"}`, ...this.#advanced].join(" · ");
  }

  /** The first thing that is wrong, as a sentence. */
  get problem() {
    return this.#controls.map((control) => control.problem).find(Boolean) ?? "";
  }

  get count() {
    return this.#values.count;
  }

  #begin() {
    const last = remembered("lastModelId");
    this.#apply(this.#contracts[last] ? last : this.#select.value);
    const steps = Number(remembered("lastStepsValue"));
    const { fixed, min, max } = this.#steps.parameter;
    if (steps && !fixed) this.#steps.value = Math.min(max, Math.max(min, Math.round(steps)));
    this.#draw();
  }

  #press(action) {
    if (action === "reset-advanced") this.#reset([this.#steps, this.#guidance, this.#seed]);
    else if (action === "reset") this.#reset(this.#controls, { count: 1, negative_prompt: "" });
  }

  #reset(controls, values = {}) {
    const before = this.#values;
    for (const control of controls) {
      if (control === this.#seed) control.value = "";
      else if (control === this.#size) this.#fill({ width: this.model.parameters.width.default, height: this.model.parameters.height.default });
      else control.value = control.parameter.default;
    }
    this.#fill(values);
    this.#rememberSteps();
    say({ text: "The model's defaults are set.", subject: "settings", action: this.#undo(before) });
  }

  #changeModel(slug) {
    const before = this.#values;
    this.#rememberSteps();
    this.#apply(slug);
    remember("lastModelId", slug);
    this.#rememberSteps();
    const changes = differences(before, this.#values, this.model.negative_prompt);
    if (!changes.length) return;
    say({ text: `For ${this.model.name}: ${changes.join(", ")}.`, subject: "settings", seconds: 10, action: this.#undo(before) });
  }

  #reuse(values) {
    const before = this.#values;
    const isThere = !values.model || this.#contracts[values.model];
    if (values.model && isThere && values.model !== this.#slug) this.#apply(values.model);
    this.#fill(values);
    if (values.prompt !== undefined && Object.keys(values).length === 1) return;
    const what = Object.keys(values).length === 1 && "seed" in values ? `Seed set to ${values.seed}.` : "Settings are in the form.";
    const gone = isThere ? "" : ` That model can't be used any more; ${this.model.name} stays chosen.`;
    say({ text: what + gone, subject: "settings", seconds: 10, action: this.#undo(before) });
  }

  #undo(values) {
    return {
      label: "Undo",
      run: () => {
        this.#apply(values.model);
        this.#fill(values);
        remember("lastModelId", values.model);
        this.#rememberSteps();
      },
    };
  }

  #apply(slug) {
    this.#slug = this.#select.value = slug;
    const { name, units, has_trouble: hasTrouble, parameters, presets, negative_prompt: canLeaveOut, seed } = this.model;
    this.querySelector("[data-model-name]").textContent = name;
    this.querySelector("[data-model-note]").textContent = `${units} ${units === 1 ? "unit" : "units"} each${hasTrouble ? " · could not be loaded of late" : ""}`;
    this.querySelector("[data-leave-out]").hidden = !canLeaveOut;
    this.#size.contract = { width: parameters.width, height: parameters.height, presets };
    this.#steps.parameter = parameters.num_inference_steps;
    this.#guidance.parameter = parameters.guidance_scale;
    this.#seed.max = seed.max;
    this.#draw();
  }

  /** Put values into the fields; those that the model fixes stay. */
  #fill(values) {
    if ("width" in values) this.#size.value = { width: values.width, height: values.height };
    if ("num_inference_steps" in values && !this.#steps.parameter.fixed) this.#steps.value = values.num_inference_steps;
    if ("guidance_scale" in values && !this.#guidance.parameter.fixed) this.#guidance.value = values.guidance_scale;
    if ("seed" in values) this.#seed.value = values.seed;
    if ("count" in values) this.querySelector(`[name=count][value="${values.count}"]`).checked = true;
    if ("negative_prompt" in values) this.querySelector("[name=negative_prompt]").value = values.negative_prompt;
    if ("prompt" in values) document.getElementById("prompt").value = values.prompt;
    this.#draw();
  }

  get #values() {
    return {
      model: this.#slug,
      ...this.#size.value,
      count: Number(this.querySelector("[name=count]:checked").value),
      negative_prompt: this.querySelector("[name=negative_prompt]").value,
      num_inference_steps: this.#steps.value,
      guidance_scale: this.#guidance.value,
      seed: this.#seed.value,
      prompt: document.getElementById("prompt").value,
    };
  }

  /** What of the folded part is not as the model has it, in words. */
  get #advanced() {
    const dials = [this.#steps, this.#guidance].filter((dial) => dial.isChanged && !dial.problem);
    const words = dials.map((dial) => `${dial.label.toLowerCase()} ${dial.value}`);
    if (this.#seed.isChanged && !this.#seed.problem) words.push(`seed ${this.#seed.value}`);
    return words;
  }

  #draw() {
    const words = this.#advanced;
    const isWrong = [this.#steps, this.#guidance, this.#seed].some((control) => control.problem);
    const text = isWrong ? "not valid" : words.join(" · ") || "Model defaults";
    this.querySelector("[data-summary]").textContent = text[0].toUpperCase() + text.slice(1);
    this.querySelector("[data-changed-dot]").hidden = !words.length && !isWrong;
    this.querySelector("[data-changed-words]").textContent = words.length ? ", changed" : "";
    this.querySelector("[data-do=reset-advanced]").hidden = !words.length && !isWrong;
    this.dispatchEvent(new CustomEvent("settingschange", { bubbles: true }));
  }

  #rememberSteps() {
    const { parameter, problem, value } = this.#steps;
    if (!parameter.fixed && !problem) remember("lastStepsValue", value);
    remember("lastModelId", this.#slug);
  }

  get #select() {
    return this.querySelector("[name=model]");
  }

  get #size() {
    return this.querySelector("size-picker");
  }

  get #steps() {
    return this.querySelector("number-dial[name=num_inference_steps]");
  }

  get #guidance() {
    return this.querySelector("number-dial[name=guidance_scale]");
  }

  get #seed() {
    return this.querySelector("seed-field");
  }

  get #controls() {
    return this.#select ? [this.#size, this.#steps, this.#guidance, this.#seed] : [];
  }
}

function differences(before, after, canLeaveOut) {
  const words = [];
  if (before.width !== after.width || before.height !== after.height) words.push(`size ${before.width} × ${before.height} → ${after.width} × ${after.height}`);
  if (before.num_inference_steps !== after.num_inference_steps) words.push(`steps ${before.num_inference_steps} → ${after.num_inference_steps}`);
  if (before.guidance_scale !== after.guidance_scale) words.push(`guidance ${before.guidance_scale} → ${after.guidance_scale}`);
  if (before.negative_prompt && !canLeaveOut) words.push("“Leave out” is not used");
  return words;
}

customElements.define("model-panel", ModelPanel);
