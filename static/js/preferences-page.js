/** The page of a person's preferences: its elements, and its button that puts back. */
import "./choice-select.js";
import "./choice-switch.js";
import "./key-list.js";
import { prefer } from "./preferences.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

document.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-do=hints-again]") && (await prefer("hints_closed", []))) say({ text: translate("All hints are shown again."), subject: "hints" });
});
