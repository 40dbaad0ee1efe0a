/**
 * <experiment-form check><form>…[data-plan]…</form></experiment-form>: says beside the form what it would make and
 * take, whenever it changes. The form itself is sent as any other.
 */
import { Refusal, post } from "./post.js";
import { SETTING, settings } from "./setting.js";

const PAUSE = 400; // milliseconds after the last key

class ExperimentForm extends HTMLElement {
  #clock = 0;
  #asked = 0;

  connectedCallback() {
    for (const name of ["input", "change"]) this.addEventListener(name, this);
    this.#draw();
    this.#begin();
  }

  /** Once what holds its pictures is defined as well. */
  async #begin() {
    await Promise.all(settings(this).map(({ localName }) => customElements.whenDefined(localName)));
    this.#fit();
    for (const setting of settings(this)) setting.fill(read(document, "pictures"));
    if (this.#isBegun) this.#check();
  }

  disconnectedCallback() {
    clearTimeout(this.#clock);
  }

  handleEvent({ target }) {
    if (target.name === "kind") this.#draw();
    if (target.name === "model") this.#fit();
    if (!this.#isBegun) return;
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => this.#check(), PAUSE);
  }

  get #form() {
    return this.querySelector("form");
  }

  get #kind() {
    return this.querySelector("[name=kind]:checked").value;
  }

  /** There is something that a plan could be made of. */
  get #isBegun() {
    const { elements } = this.#form;
    if (this.#kind === "list") return Boolean(elements.rows.value.trim() || elements.file.files.length);
    return [1, 2, 3].some((number) => elements[`axis${number}`].value);
  }

  #draw() {
    for (const part of this.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== this.#kind;
  }

  /** What is done with the pictures that are worked from is in the limits of the model. */
  #fit() {
    const model = read(document, "contracts")[this.#form.elements.model.value];
    for (const setting of settings(this)) setting.model = model;
  }

  async #check() {
    const number = ++this.#asked;
    let page;
    try {
      page = new DOMParser().parseFromString(await (await post(this.getAttribute("check"), new FormData(this.#form))).text(), "text/html");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      page = new DOMParser().parseFromString("<div data-plan><p class='text-danger-emphasis' role='alert'></p></div>", "text/html");
      page.querySelector("p").textContent = error.message;
    }
    // Another answer may be on its way by now: the latest question counts.
    if (number === this.#asked) this.#show(page);
  }

  #show(page) {
    const plan = this.querySelector("[data-plan]");
    const focused = plan.contains(document.activeElement) ? document.activeElement : null;
    const fresh = page.querySelector("[data-plan]");
    plan.replaceWith(fresh);
    if (focused) (focused.id ? document.getElementById(focused.id) : fresh.querySelector("button"))?.focus();
    this.#hint(read(page, "fields") ?? {});
    const choices = read(page, "fresh-choices");
    if (choices) for (const axis of this.querySelectorAll("axis-field")) if (differ(axis, choices)) axis.choices = choices;
    const { parameters = {} } = read(page, "contract") ?? {};
    for (const field of this.querySelectorAll("[data-default]")) field.placeholder = parameters[field.dataset.default]?.default ?? "";
  }

  #hint(fields) {
    for (const line of this.querySelectorAll("[data-hint]")) {
      const name = line.dataset.hint;
      const setting = line.closest(SETTING);
      const sentence = name.split(" ").map((each) => fields[each]?.[0] ?? "").find(Boolean) ?? "";
      if (setting) {
        setting.tell(sentence, name);
        continue;
      }
      line.textContent = sentence;
      line.classList.add("is-wrong");
      const field = this.#form.elements[name.replace("axis", "values")];
      if (field) field.ariaInvalid = name in fields ? "true" : null;
    }
  }
}

function read(page, id) {
  const script = page.getElementById(id);
  return script ? JSON.parse(script.textContent) : null;
}

/** Whether what can be chosen is otherwise: a choice that is being made is not to be disturbed. */
function differ(axis, choices) {
  const text = JSON.stringify(choices);
  const isOther = axis.dataset.known !== text;
  axis.dataset.known = text;
  return isOther;
}

customElements.define("experiment-form", ExperimentForm);
