/** <copy-button text><button></button></copy-button>: copies a text and shows for a moment that it has. */
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    try {
      await copy(this.getAttribute("text"));
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

/** The clipboard's interface is there on secure pages only; a site on a home network may not be one. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}

customElements.define("copy-button", CopyButton);
