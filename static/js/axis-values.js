/** The values of an experiment's axis as they are typed: what a press on an offered one makes of them. No page here. */

import { translate } from "./texts.js";

/** Put a value in, or take it out again where it is there. */
export function toggled(text, value) {
  const values = parts(text);
  const place = values.findIndex((each) => each.toLowerCase() === value.toLowerCase());
  if (place < 0) values.push(value);
  else values.splice(place, 1);
  return values.join(text.includes("\n") || values.some((each) => each.includes(",")) ? "\n" : ", ");
}

export function has(text, value) {
  return parts(text).some((each) => each.toLowerCase() === value.toLowerCase());
}

/** By lines where there are several, else by commas: as the site reads names. */
export function parts(text) {
  const sign = text.trim().includes("\n") ? "\n" : /[,;]/;
  return text.split(sign).map((each) => each.trim()).filter(Boolean);
}

const EXAMPLES = {
  prompt: translate("One prompt on each line"),
  negative_prompt: translate("One on each line; none for nothing"),
  seed: "1-4",
  num_inference_steps: "4-12 step 2",
  guidance_scale: "3, 5, 7",
  size: "512x512, 768x512",
  strength: "0.3-0.9 step 0.2",
};

export function example(name) {
  if (name.startsWith("lora:")) return "0-1 step 0.25";
  return EXAMPLES[name] ?? "";
}

/** How many lines its values are written on. */
export function lines(name) {
  return name === "prompt" || name === "negative_prompt" ? 4 : 1;
}
