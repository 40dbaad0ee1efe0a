/** Moves pictures of the gallery into another topic, which is asked for; and back. */
import { Refusal, ask as fetchPage, post } from "./post.js";
import { plural, translate } from "./texts.js";
import { ask } from "./asking-dialog.js";
import { say } from "./toast-shelf.js";

/** `body(fields)` are the pictures that are meant; `canUndo` where they are still so afterwards; `done()` runs where something has changed. */
export function moveChosen({ url, topics, body, canUndo, done }) {
  return trying(async () => {
    const value = await chooseTopic(topics);
    if (!value) return;
    const moved = await (await post(url, body({ value }))).json();
    const back = async () => {
      await post(url, body({ value: moved.was }));
      await done();
    };
    say({ text: said(moved), subject: "gallery", seconds: 10, action: canUndo && moved.was && moved.count ? { label: translate("Undo"), run: () => trying(back) } : undefined });
    await done();
  });
}

async function trying(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say({ ...error.toast, subject: "gallery" });
  }
}

/** The topic somebody chose from those there are, or "". */
async function chooseTopic(url) {
  const page = new DOMParser().parseFromString(await (await fetchPage(url)).text(), "text/html");
  document.querySelector("dialog[data-ask=move] select").replaceChildren(...page.body.children);
  return (await ask("move"))?.value ?? "";
}

function said({ count, name }) {
  if (!count) return translate("They are in “{name}” already.", { name });
  return plural("{count} picture is now in “{name}”.", "{count} pictures are now in “{name}”.", count, { name });
}
