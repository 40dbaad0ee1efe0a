/** What a script of ours breaks is said, once a page: the rest goes on, and a reload puts it right. The console has the whole. */
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

let isSaid = false;

function tell() {
  if (isSaid) return;
  isSaid = true;
  say({
    text: translate("Something on this page broke; the rest goes on working. Reload the page if a part does not answer."),
    kind: "error",
    code: "script",
    subject: "script",
    action: { label: translate("Reload"), href: location.href },
  });
}

/** Not what extensions put into the page, nor what was called off. */
window.addEventListener("error", ({ filename, message }) => {
  if (filename?.startsWith(location.origin) && !message.startsWith("ResizeObserver")) tell();
});
window.addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof Error && reason.name !== "AbortError") tell();
});
