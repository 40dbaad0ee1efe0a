/** Asks what a picture from outside shall be, of what the chosen model can do with it. */
import { translate } from "./texts.js";

const NAMES = { a1111: "AUTOMATIC1111", comfyui: "ComfyUI", fooocus: "Fooocus", invokeai: "InvokeAI", swarmui: "SwarmUI", pixazo: "Pixazo" };

/**
 * @param {string} src the picture; "" where it is elsewhere still
 * @param {string[]} wishes what may be chosen, such as "image", "reference", "settings"
 * @param {{ source: string, settings: object, model: string } | null} found what the picture was made with
 * @returns {Promise<string>} the wish, or ""
 */
export async function choose(src, wishes, found) {
  // Settings take the place of what is in the form: never unasked.
  if (wishes.length < 2 && wishes[0] !== "settings") return wishes[0] ?? "";
  const dialog = document.querySelector("dialog[data-chooser]");
  const image = dialog.querySelector("img");
  image.hidden = !src;
  if (src) image.src = src;
  const carries = NAMES[found?.source] ? translate("It carries the settings it was made with, by {program}.", { program: NAMES[found.source] }) : translate("It carries the settings it was made with.");
  dialog.querySelector("[data-from]").textContent = found ? carries : "";
  dialog.querySelector("[data-prompt]").textContent = found?.settings.prompt ?? "";
  dialog.querySelector("[data-model]").textContent = found?.model ? translate("Model: {name}", { name: found.model }) : "";
  const buttons = [...dialog.querySelectorAll("[data-wishes] button")];
  for (const button of buttons) button.hidden = !wishes.includes(button.value);
  dialog.returnValue = "";
  dialog.showModal();
  buttons.find((button) => !button.hidden).focus();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue;
}
