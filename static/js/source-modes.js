/** The modes of a picture that is worked from. */
import { translate } from "./texts.js";

/** What can be done with a picture that is worked from. */
export const MODES = {
  image: translate("From this picture"),
  inpaint: translate("Repaint a part"),
  outpaint: translate("Extend the picture"),
  upscale: translate("Upscale"),
  reference: translate("As reference"),
};

/** Those in which the model starts from it. */
export function sourceModes(model) {
  return ["image", "inpaint", "outpaint", "upscale"].filter((mode) => model?.modes.includes(mode));
}

/** With looking at it only, where there is a choice. */
export function allModes(model) {
  const modes = sourceModes(model);
  return modes.length && model.references ? [...modes, "reference"] : modes;
}

/** "300 × 200 → 304 × 200", or one size where nothing changes. */
export function sizeWords(own, then) {
  const words = ({ width, height }) => `${width} × ${height}`;
  return words(own) === words(then) ? words(own) : `${words(own)} → ${words(then)}`;
}
