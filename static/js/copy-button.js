/**
 * <copy-button text><button></button></copy-button>: copies a text and shows for a moment that it has; with `for` in place of
 * `text`, what is written in the field of that id.
 */
import { copy } from "./copying.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    try {
      await copy(document.getElementById(this.getAttribute("for"))?.value ?? this.getAttribute("text"));
    } catch {
      say({ text: translate("Your browser did not allow copying."), kind: "error", subject: "copy" });
      return;
    }
    const icon = this.querySelector("i");
    const usual = (icon.dataset.usual ??= icon.className);
    icon.className = "bi bi-check2";
    setTimeout(() => (icon.className = usual), 1500);
    say({ text: translate("Copied."), subject: "copy" });
  }
}

customElements.define("copy-button", CopyButton);
