/**
 * <shared-part of key [may] …>: draws what the page's <template id="…"> of that name has, one element for all of a kind, so that
 * a page with many pictures doesn't bring the same buttons with each. Its own attributes are filled in: {number} is the one of
 * that name, and an address gets its `key`; what bears data-needs="change" is there where `may` has that word.
 */
import { fill } from "./filling.js";
import { morph } from "./morph.js";

class SharedPart extends HTMLElement {
  static drawsItself = true;
  #drawn = ""; // of which attributes

  connectedCallback() {
    this.renew();
  }

  /** As its attributes are now; what is open in it stays open. */
  renew() {
    const values = Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]));
    const wanted = JSON.stringify(values);
    const template = document.getElementById(this.getAttribute("of"));
    if (!template || wanted === this.#drawn) return;
    this.#drawn = wanted;
    const may = new Set((values.may ?? "").split(" "));
    const [fresh] = fill(template.content.cloneNode(true), values, may).children;
    if (this.firstElementChild) morph(this.firstElementChild, fresh);
    else this.append(fresh);
  }
}

customElements.define("shared-part", SharedPart);
