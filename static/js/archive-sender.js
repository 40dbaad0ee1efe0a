/** <archive-sender>: sends the archive that its form names in parts, so that it may be larger than a form can carry. */
import { sendInParts } from "./in-parts.js";
import { Refusal, post } from "./post.js";
import { say } from "./toast-shelf.js";

class ArchiveSender extends HTMLElement {
  #busy = false;

  connectedCallback() {
    this.addEventListener("submit", this);
  }

  handleEvent(event) {
    const file = event.target.querySelector("input[type=file]").files[0];
    if (!file) return; // the form says it itself
    event.preventDefault();
    if (!this.#busy) this.#send(event.target, file);
  }

  async #send(form, file) {
    const button = form.querySelector("button");
    const bar = form.querySelector("progress");
    this.#busy = true;
    button.ariaBusy = "true";
    bar.hidden = false;
    bar.value = 0;
    try {
      location.assign(await sent(form, file, (share) => (bar.value = share)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say({ ...error.toast, subject: "archive" });
      bar.hidden = true;
    } finally {
      this.#busy = false;
      button.ariaBusy = null;
    }
  }
}

/** The address where it is looked at. */
async function sent(form, file, told) {
  const begin = new FormData();
  begin.append("workspace", form.elements.workspace.value);
  begin.append("name", file.name);
  begin.append("size", file.size);
  const { parts, look, bytes } = await (await post(form.action, begin)).json();
  await sendInParts(
    file,
    bytes,
    (part, number) => {
      const body = new FormData();
      body.append("number", number);
      body.append("part", part, "part");
      return post(parts, body);
    },
    told,
  );
  return (await (await post(look)).json()).url;
}

customElements.define("archive-sender", ArchiveSender);
