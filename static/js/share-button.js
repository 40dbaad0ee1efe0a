/** <share-button url file title><button></button></share-button>: the device's share sheet for a picture; where there is none, its link is copied. */
import { copy } from "./copying.js";
import { share } from "./sharing.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

class ShareButton extends HTMLElement {
  #busy = false;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    if (this.#busy) return;
    this.#busy = true;
    const [url, file, title] = ["url", "file", "title"].map((name) => this.getAttribute(name));
    const link = new URL(url, location).href;
    if (!(await share({ title, link, file }))) await copyLink(link);
    this.#busy = false;
  }
}

async function copyLink(link) {
  try {
    await copy(link);
    say({ text: translate("The link is copied. It opens for the members of this workspace."), subject: "share" });
  } catch {
    say({ text: translate("Your browser did not allow copying."), kind: "error", subject: "share" });
  }
}

customElements.define("share-button", ShareButton);
