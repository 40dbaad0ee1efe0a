/**
 * <contract-preview>: shows in its frame what the form above gives: name, family and contract, as they are typed. The
 * server reads them as it does when they are saved, and says in words what it would refuse.
 */
const WAIT = 500; // milliseconds after the last key
const FIELDS = ["name", "family", "contract_data"];

class ContractPreview extends HTMLElement {
  connectedCallback() {
    this.sources = FIELDS.map((name) => document.getElementById(`id_${name}`));
    if (this.sources.some((field) => field === null)) return this.remove(); // somebody who may only look
    this.changed = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), WAIT);
    };
    for (const field of this.sources) field.addEventListener("input", this.changed);
    this.show();
    return undefined;
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const field of this.sources) field?.removeEventListener("input", this.changed);
  }

  show() {
    const form = this.querySelector("form");
    FIELDS.forEach((name, place) => {
      form.elements[name].value = this.sources[place].value;
    });
    // A fresh one each time: in one frame each would be a step for the browser's "back" to take.
    const frame = this.querySelector("iframe");
    frame.replaceWith(frame.cloneNode());
    form.submit();
  }
}

customElements.define("contract-preview", ContractPreview);
