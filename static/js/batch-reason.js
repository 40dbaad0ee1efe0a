/**
 * <batch-reason> in the form: why the next request is as it is. What is taken
 * of a proposal is sent along with it, as far as the form still holds it then, and with no other request.
 */
import { stillThere } from "./applying.js";
import { settings } from "./setting.js";

const TOLD = ["proposaltaken", "proposalputback", "submitted"];

class BatchReason extends HTMLElement {
  #taken = new Map(); // message -> { chat, by, parts }

  connectedCallback() {
    for (const name of TOLD) document.addEventListener(name, this);
    this.closest("form").addEventListener("formdata", this);
  }

  disconnectedCallback() {
    for (const name of TOLD) document.removeEventListener(name, this);
  }

  handleEvent({ type, detail, formData }) {
    if (type === "formdata") this.#write(formData);
    else if (type === "submitted") this.#taken.clear();
    else if (type === "proposalputback") this.#taken.delete(detail.message);
    else this.#take(detail);
  }

  #take({ message, parts, ...rest }) {
    const earlier = this.#taken.get(message)?.parts ?? [];
    const others = earlier.filter(({ name }) => !parts.some((each) => each.name === name));
    this.#taken.delete(message); // The latest counts where two say the same thing.
    this.#taken.set(message, { ...rest, parts: [...others, ...parts] });
  }

  #write(data) {
    const form = Object.assign(Object.fromEntries(data), ...settings().map((setting) => setting.values));
    const all = [...this.#taken.values()].map(({ parts, ...rest }) => ({ ...rest, parts: stillThere(parts, form) })).filter(({ parts }) => parts.length);
    const last = all.at(-1);
    const parts = all.flatMap((each) => each.parts).map(({ name, why }) => ({ name, why }));
    if (last) data.set("reason", JSON.stringify({ parts, by: last.by, chat: last.chat }));
  }
}

customElements.define("batch-reason", BatchReason);
