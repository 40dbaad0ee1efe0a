/** Sizes that a model draws, by its contract: { width, height: parameters, presets, sizes: [[w, h]] }. */
import { plain, translate } from "./texts.js";

/** The size to draw at when working from a picture: its own, rounded; brought into the limits if it must be. */
export function following({ width: across, height: down, sizes }, { width, height }) {
  if (sizes.length) {
    const distance = ([w, h]) => Math.abs(Math.log((w * height) / (h * width)));
    const [w, h] = sizes.reduce((best, each) => (distance(each) < distance(best) ? each : best));
    return { width: w, height: h };
  }
  let times = 1;
  if (width > across.max || height > down.max) {
    times = Math.min(Math.sqrt((across.default * down.default) / (width * height)), across.max / width, down.max / height);
  } else if (width < across.min || height < down.min) times = Math.max(across.min / width, down.min / height);
  return { width: nearest(width * times, across), height: nearest(height * times, down) };
}

/** What is wrong with one side, as a sentence; "" where nothing is. */
export function problemOf({ label, min, max, step, fixed }, value) {
  if (fixed && value !== min) return translate("{label} is always {value} for this model.", { label, value: min });
  if (!Number.isInteger(value)) return translate("{label} must be a whole number.", { label });
  if (value < min || value > max) return translate("{label} must be between {min} and {max} for this model.", { label, min: plain(min), max: plain(max) });
  if (!(value % step)) return "";
  const lower = Math.floor(value / step) * step;
  return translate("{label} goes in steps of {step}: {lower} or {upper}.", { label, step, lower, upper: Math.min(lower + step, max) });
}

/** The nearest length that the side may have. */
export function nearest(length, { min, max, step }) {
  return Math.min(max, Math.max(min, Math.round(length / step) * step));
}
