/**
 * What the settings have in common: each is an element that holds some of the form's values, in the panel or in
 * the prompt bar. Whoever asks goes through `settings()`.
 */
const NAMES = ["size-picker", "image-count", "style-picker", "theme-field", "time-class", "leave-out", "lora-picker", "number-dial", "choice-field", "seed-field", "source-slot", "mask-slot", "margin-fields", "reference-list", "remix-origin"];

export const SETTING = NAMES.join(", ");

/** Every setting of the page; `within` those of one part of it. */
export function settings(within = null) {
  // Asked for with every letter that is typed: not of the whole page, with all its cards.
  const places = within ? [within] : ["model-panel", "prompt-form"].map((name) => document.querySelector(name));
  return places.flatMap((place) => [...(place?.querySelectorAll(SETTING) ?? [])]);
}

export const defined = () => Promise.all(NAMES.map((name) => customElements.whenDefined(name)));

export class Setting extends HTMLElement {
  /** The chosen model: what fits is kept, what it can't do is hidden and not sent. */
  set model(model) {}

  /** {form name: value}, as another page's form would be filled with. */
  get values() {
    return {};
  }

  /** Take one's own of these values; what the model fixes stays. */
  fill(values) {}

  /** As the model has it. */
  reset() {}

  /** Of its values those that are found again on coming back: what is not as the model has it. */
  get lasting() {
    return {};
  }

  /** Take what was left here; what the model can't do by now is left out. */
  recall(values) {
    this.fill(values);
    if (this.problem) this.reset();
  }

  /** What is wrong, as a sentence. */
  get problem() {
    return "";
  }

  /** What is not as the model has it, such as ["steps 12"]. */
  get words() {
    return [];
  }

  /** What another model made of the values that were here before, in words. */
  changed(before) {
    return "";
  }

  /** Show what the server refused. */
  tell(sentence, name) {}

  /** What is hidden is not sent. */
  show(isShown) {
    this.hidden = !isShown;
    for (const field of this.querySelectorAll("input[name], select[name], textarea[name]")) field.disabled = !isShown;
  }
}
