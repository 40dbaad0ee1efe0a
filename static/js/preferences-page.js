/** The page of a person's preferences: its elements, and its two buttons that only try or put back. */
import { chime } from "./chime.js";
import "./choice-select.js";
import "./choice-switch.js";
import "./key-list.js";
import "./notify-switch.js";
import { prefer } from "./preferences.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

document.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-do=play]") && !(await chime())) say({ text: translate("This browser plays no sound at present."), subject: "sound" });
  if (target.closest("[data-do=hints-again]") && (await prefer("hints_closed", []))) say({ text: translate("All hints are shown again."), subject: "hints" });
});
