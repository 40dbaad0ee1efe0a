/**
 * <prompt-form><form></form></prompt-form>: the prompt and the Generate buttons.
 *
 * The form is never locked and never emptied. A Generate button that can't run now stays focusable and says
 * why. The answer to a submission is told by "submitted" on the document, with the new card's HTML.
 */
import { onKeys } from "./keys.js";
import { Refusal, post } from "./post.js";
import { sendingCard } from "./sending.js";
import { SETTING, settings } from "./setting.js";
import { locale, number, plural, translate } from "./texts.js";
import { say } from "./toast-shelf.js";
import { nearlyGone, tooMany } from "./units-words.js";
import { weigh } from "./weighing.js";

// As generation/contract/tokens.py counts.
const PIECES = /\p{L}+|\d|[^\p{L}\p{N}_\s]+|_+/gu;
const FRAME = 2;

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });

class PromptForm extends HTMLElement {
  #history = -1;
  #isRecalled = false; // the prompt came by the arrow keys
  #unsent = "";
  #last = { body: "", key: "" }; // a request whose answer has not come: sent again it is the same one
  #asked = false; // somebody tried without a prompt
  #clock = 0;
  #noKeys = null;

  connectedCallback() {
    this.#form.addEventListener("submit", this);
    this.#prompt.addEventListener("keydown", this);
    this.#noKeys = this.#listen();
    for (const name of ["input", "settingschange", "unitschange"]) document.addEventListener(name, this);
    this.#clock = setInterval(() => this.#draw(), 60_000);
    customElements.whenDefined("units-left").then(() => this.#draw());
  }

  disconnectedCallback() {
    for (const name of ["input", "settingschange", "unitschange"]) document.removeEventListener(name, this);
    clearInterval(this.#clock);
    this.#noKeys();
  }

  handleEvent(event) {
    // Another page goes on with what the form holds.
    if (event.type === "submit" && event.submitter?.hasAttribute("formaction")) return;
    if (event.type === "submit") {
      event.preventDefault();
      this.#submit();
    } else if (event.type === "keydown") this.#recall(event);
    else {
      if (event.target === this.#prompt) this.#typed();
      this.#draw();
    }
  }

  get #form() {
    return this.querySelector("form");
  }

  get #prompt() {
    return this.querySelector("textarea");
  }

  get #panel() {
    return document.querySelector("model-panel");
  }

  async #submit(expected = "", isFirst = false) {
    this.#asked = true;
    this.#draw();
    if (this.#reason) return this.#explain();
    const data = new FormData(this.#form);
    if (expected) data.set("expected", expected);
    if (isFirst) data.set("first", "1");
    const body = JSON.stringify([...data]);
    if (body !== this.#last.body) this.#last = { body, key: freshKey() };
    this.#history = -1;
    const card = sendingCard({ prompt: data.get("prompt"), ...this.#panel.request, units: this.#panel.cost });
    document.dispatchEvent(new CustomEvent("submitting", { detail: card }));
    try {
      const response = await post(this.#form.action, data, { "Idempotency-Key": this.#last.key });
      const html = await response.text();
      this.#last = { body: "", key: "" };
      this.#asked = false;
      document.querySelector("#panel.show [data-bs-dismiss=offcanvas]")?.click();
      document.dispatchEvent(new CustomEvent("submitted", { detail: html }));
      const corrections = JSON.parse(response.headers.get("X-Corrections") ?? "[]");
      if (corrections.length) say({ text: corrections.join(" "), subject: "submit", seconds: 10 });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status && error.status < 500) this.#last = { body: "", key: "" };
      if (error.code === "confirm") this.#confirm(isFirst);
      else this.#refused(error);
    } finally {
      document.dispatchEvent(new CustomEvent("submitend", { detail: card }));
    }
    this.#draw();
  }

  /** More prompts than somebody may have meant: they are shown first, with what they take. */
  async #confirm(isFirst) {
    const dialog = document.querySelector("dialog[data-confirm-many]");
    const place = dialog.querySelector("[data-many]");
    let means;
    try {
      means = new DOMParser().parseFromString(await this.#final.read(), "text/html").body.firstElementChild;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#refused(error);
    }
    place.replaceChildren(means);
    dialog.querySelector("[value=yes]").textContent = translate("Generate {count} prompts", { count: number(Number(means.dataset.count)) });
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && this.#submit(means.dataset.count, isFirst), { once: true });
  }

  get #final() {
    return document.querySelector("final-text");
  }

  #refused(error) {
    for (const [name, sentences] of Object.entries(error.fields)) this.#tell(name, sentences[0]);
    say({ ...error.toast, subject: "submit" });
    document.querySelector("[form=generate][aria-invalid=true], #generate [aria-invalid=true]")?.focus();
  }

  /** What the server says about one field, below that field. */
  #tell(name, sentence) {
    const line = document.querySelector(`[data-hint~="${CSS.escape(name)}"]`);
    const setting = line?.closest(SETTING);
    line?.closest("details")?.setAttribute("open", "");
    if (setting) setting.tell(sentence, name);
    else if (line) {
      line.textContent = sentence;
      line.classList.add("is-wrong");
    }
    if (name === "prompt") this.#prompt.ariaInvalid = "true";
  }

  #explain() {
    const wrong = settings().find((setting) => setting.problem);
    wrong?.closest("details")?.setAttribute("open", "");
    if (!wrong) this.#prompt.focus();
    else wrong.querySelector("[aria-invalid=true], button")?.focus();
  }

  #typed() {
    this.#history = -1;
    this.#grow();
    const line = this.querySelector("[data-hint=prompt]");
    const limit = this.#panel.model?.prompt_length ?? Infinity;
    const length = [...this.#prompt.value.trim()].length;
    const isTooLong = length > limit;
    line.textContent = length > limit * 0.9 ? translate("{length} of {limit} characters", { length: number(length), limit: number(limit) }) : this.#tokens;
    line.classList.toggle("is-wrong", isTooLong);
    this.#prompt.ariaInvalid = isTooLong ? "true" : null;
  }

  /** Near the end of what the model reads, how much of that is used. The server counts the same way. */
  get #tokens() {
    const { prompt_tokens: limit, long_prompts: isRead } = this.#panel.model ?? {};
    if (!limit || isRead) return "";
    const tokens = (this.#prompt.value.match(PIECES)?.length ?? 0) + FRAME;
    if (tokens > limit) return translate("This model reads {limit} tokens, and this prompt has at least {tokens}: its end is not used.", { limit, tokens });
    return tokens > limit * 0.8 ? translate("About {tokens} of {limit} tokens", { tokens, limit }) : "";
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#prompt.style.height = "auto";
    this.#prompt.style.height = `${this.#prompt.scrollHeight}px`;
  }

  /** As a shell has it: up from an empty field, and on from what came so until somebody goes about in it. */
  #recall(event) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!by && isPlain) this.#isRecalled = false;
    if (!by || !isPlain || !(this.#prompt.value === "" ? by > 0 : this.#isRecalled)) return;
    event.preventDefault();
    this.#walk(by);
    this.#isRecalled = this.#history >= 0;
  }

  #listen() {
    const inPrompt = (act) => (event) => (event.target === this.#prompt ? act() : false);
    const weigh = (steps) => inPrompt(() => (this.#panel.model?.prompt_weights ? this.#weigh(steps) : false));
    const acts = {
      generate: () => this.#form.requestSubmit(),
      "generate-first": () => void this.#submit("", true),
      "older-prompt": inPrompt(() => this.#walk(1)),
      "newer-prompt": inPrompt(() => this.#walk(-1)),
      heavier: weigh(1),
      lighter: weigh(-1),
    };
    return onKeys(this, acts, { page: true, writing: true });
  }

  #weigh(steps) {
    const field = this.#prompt;
    const { text, start, end } = weigh(field.value, field.selectionStart, field.selectionEnd, steps);
    if (text === field.value) return;
    field.value = text;
    field.setSelectionRange(start, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Through one's own prompts of this workspace, newest first; below the newest is what was not sent. */
  #walk(by) {
    const prompts = [...new Set([...document.querySelectorAll("batch-card[mine]")].map((card) => card.settings.prompt).filter(Boolean))];
    const place = Math.min(Math.max(this.#history + by, -1), prompts.length - 1);
    if (place === prompts.length - 1) document.querySelector("feed-more")?.fetch(); // For the next step.
    if (this.#history === -1) this.#unsent = this.#prompt.value;
    this.#prompt.value = place === -1 ? this.#unsent : prompts[place];
    this.#prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.#history = place;
  }

  // --- What the buttons say ---

  get #units() {
    return document.querySelector("units-left");
  }

  get #cost() {
    return this.#panel.cost * this.#prompts;
  }

  /** How many the form's choices make, as far as it is known. */
  get #prompts() {
    return this.#final?.count ?? 1;
  }

  get #left() {
    return this.#units?.left ?? Infinity;
  }

  /** When there are new units, in words. */
  get #renewal() {
    if (!this.#units) return "";
    const { reset } = this.#units;
    // The day ends at one moment for everybody: elsewhere that is another hour.
    const here = reset.getTimezoneOffset() ? `${translate("which is {time} for you", { time: clock.format(reset) })}, ` : "";
    return here + until(reset);
  }

  /** Why nothing can be generated now; "" when it can. */
  get #reason() {
    if (!this.#panel.model) return translate("No model can be used at present.");
    const short = tooMany({ cost: this.#cost, left: this.#left }, this.#renewal);
    if (short) return short;
    if (this.#panel.problem) return this.#panel.problem;
    if (!this.#prompt.value.trim()) return translate("Describe the picture you want.");
    if (this.#prompt.value.length > this.#panel.model.prompt_length) return translate("The prompt is too long.");
    if (this.#prompt.ariaInvalid === "true") return translate("Change the prompt first.");
    return "";
  }

  #draw() {
    this.#grow();
    const reason = this.#reason;
    const isOnlyEmpty = !this.#prompt.value.trim() && reason === translate("Describe the picture you want.");
    const { model, count } = this.#panel;
    const left = this.#left;
    const hint = nearlyGone({ left, daily: this.#units?.daily ?? Infinity });
    for (const button of document.querySelectorAll("[data-generate]")) {
      const line = document.getElementById(button.closest("form") ? "why-not" : "why-not-sheet");
      const [label, note] = button.children;
      label.textContent = model ? translate("Generate {count}", { count: number(count * this.#prompts) }) : translate("Generate");
      const units = this.#cost > left ? translate("{left} left today", { left: number(left) }) : plural("{count} unit, {left} left", "{count} units, {left} left", this.#cost, { left: number(left) });
      note.textContent = model && left !== Infinity ? units : "";
      button.ariaDisabled = reason ? "true" : null;
      // The empty prompt says it to whoever sees it by itself, until somebody tries.
      const isSilent = isOnlyEmpty && !this.#asked;
      button.setAttribute("aria-describedby", isSilent ? "why-empty" : line.id);
      button.title = isSilent ? reason : "";
      line.textContent = (isSilent ? "" : reason) || hint;
    }
    for (const link of document.querySelectorAll("[data-more-units]")) link.hidden = this.#cost <= left && !hint;
    this.querySelector("[data-short]").textContent = this.#panel.summary || translate("Settings");
  }
}

function until(moment) {
  const minutes = Math.max(1, Math.ceil((moment - Date.now()) / 60_000));
  if (minutes < 60) return translate("in {minutes} min", { minutes });
  return translate("in {hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** `crypto.randomUUID` is there on secure pages only. */
function freshKey() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("");
}

customElements.define("prompt-form", PromptForm);
