/**
 * <change-set message chat by parts url>: the card of a proposal. All of it or single parts are put into the form, as if
 * somebody had done it there, and taken out again by one undo; nothing is drawn. What was taken is marked on the server, and
 * told by "proposaltaken" and "proposalputback" on the document, with { message, chat, by, parts }.
 */
import { eachOnce, heldBefore, valuesOf } from "./applying.js";
import { Refusal, post } from "./post.js";
import { settings } from "./setting.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

// By message: the card is drawn anew while somebody may still undo.
const before = new Map();

class ChangeSet extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent({ target }) {
    const button = target.closest("button");
    if (button?.dataset.take) this.#take(this.#parts.filter(({ index }) => String(index) === button.dataset.take));
    else if (button?.dataset.do === "take-all") this.#take(eachOnce(this.#parts));
    else if (button?.dataset.do === "put-back") this.#putBack();
  }

  get #parts() {
    return JSON.parse(this.getAttribute("parts"));
  }

  get #told() {
    return { message: this.getAttribute("message"), chat: this.getAttribute("chat"), by: this.getAttribute("by") };
  }

  async #take(parts) {
    const values = withHeld(valuesOf(parts));
    const { message } = this.#told;
    // The first state is what undo goes back to, however many parts are taken one by one.
    before.set(message, { ...heldBefore(values, formValues()), ...before.get(message) });
    fill(values);
    tell("proposaltaken", { ...this.#told, parts });
    say({ text: translate("It is in the form. Nothing is drawn yet."), subject: "proposal" });
    await this.#send(parts.map(({ index }) => ["part", index]));
  }

  async #putBack() {
    const { message } = this.#told;
    const values = before.get(message);
    before.delete(message);
    if (values) fill(values);
    tell("proposalputback", this.#told);
    const text = values ? translate("The form is as it was before.") : translate("It is not marked as applied any more; the form stays as it is.");
    say({ text, subject: "proposal" });
    await this.#send([["undo", 1]]);
  }

  /** The answer is the message as it is now: its log puts it where it belongs. */
  async #send(fields) {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const log = this.closest("chat-log");
    try {
      const html = await (await post(this.getAttribute("url"), body)).text();
      log?.take(html);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "proposal" });
    }
  }
}

/** As the form's own names have it. */
function formValues() {
  const known = settings().map((setting) => setting.values);
  const model = document.querySelector("model-panel [name=model]")?.value ?? "";
  return Object.assign({ model, prompt: document.getElementById("prompt")?.value ?? "" }, ...known);
}

/** Choosing a style fills in what it holds, as in its own picker. */
function withHeld(values) {
  const choice = values.style && document.querySelector(`style-picker input[value="${CSS.escape(values.style)}"]`);
  return { ...JSON.parse(choice?.dataset.settings || "{}"), ...values };
}

function fill(values) {
  document.dispatchEvent(new CustomEvent("reuse", { detail: { ...values, quietly: true } }));
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

customElements.define("change-set", ChangeSet);
