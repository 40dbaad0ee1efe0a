/** <units-left [left] [daily] reset>: what is left today; without `left` there is no daily cap. Says "unitschange". */
class UnitsLeft extends HTMLElement {
  static observedAttributes = ["left", "daily", "reset"];

  attributeChangedCallback() {
    this.dispatchEvent(new CustomEvent("unitschange", { bubbles: true }));
  }

  /** Units, or Infinity. */
  get left() {
    return this.hasAttribute("left") ? Number(this.getAttribute("left")) : Infinity;
  }

  get daily() {
    return this.hasAttribute("daily") ? Number(this.getAttribute("daily")) : Infinity;
  }

  get reset() {
    return new Date(this.getAttribute("reset"));
  }
}

customElements.define("units-left", UnitsLeft);
