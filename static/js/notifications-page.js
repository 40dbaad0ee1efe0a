/** The page of what a person is told: its elements, and the button that plays the sound. */
import "./browser-permission.js";
import { chime } from "./chime.js";
import "./choice-switch.js";
import "./copy-button.js";
import "./number-choice.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

document.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-do=play]") && !(await chime())) say({ text: translate("This browser plays no sound at present."), subject: "sound" });
});
