/** Moves pictures of the gallery into another topic, which is asked for; and back. */
import { Refusal, ask as fetchPage, post } from "./post.js";
import { plural, translate } from "./texts.js";
import { ask } from "./asking-dialog.js";
import { say } from "./toast-shelf.js";

/** The topic somebody chose from those there are, or "". */
async function chooseTopic(url) {
  const html = await (await fetchPage(url)).translate();
  document.querySelector("dialog[data-ask=move] select").innerHTML = html;
  return (await ask("move"))?.value ?? "";
}

/** `body(fields)` are the pictures that are meant; `done()` runs where something has changed. */
export async function moveChosen({ url, topics, body, done }) {
  try {
    const value = await chooseTopic(topics);
    if (!value) return;
    const moved = await (await post(url, body({ value }))).json();
    const back = async () => {
      await post(url, body({ value: moved.was }));
      done();
    };
    say({ text: said(moved), subject: "gallery", seconds: 10, action: moved.was && moved.count ? { label: translate("Undo"), run: back } : undefined });
    done();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say({ text: error.message, kind: "error", subject: "gallery", action: error.wayOut });
  }
}

function said({ count, name }) {
  if (!count) return translate("They are in “{name}” already.", { name });
  return plural("{count} picture is now in “{name}”.", "{count} pictures are now in “{name}”.", count, { name });
}
