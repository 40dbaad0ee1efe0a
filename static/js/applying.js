/** What is taken of a proposal, and what of it the form still holds. No page, no server. */

/** The form's values of some parts; of several for the same thing, the first. */
export function valuesOf(parts) {
  return Object.assign({}, ...parts.toReversed().map(({ values }) => values));
}

/** Of several parts for the same thing only one can be taken. */
export function eachOnce(parts) {
  return parts.filter(({ name }, place) => parts.findIndex((other) => other.name === name) === place);
}

/** What the form has where these values would go. */
export function heldBefore(values, form) {
  return Object.fromEntries(Object.keys(values).map((name) => [name, form[name] ?? ""]));
}

/** The parts that are still in the form: words that were added to a prompt leave its reason true. */
export function stillThere(parts, form) {
  return parts.filter(({ values }) => Object.entries(values).every(([name, value]) => isHeld(name, value, form[name])));
}

function isHeld(name, value, held) {
  if (name.endsWith("prompt")) return String(held ?? "").includes(value);
  return String(held ?? "") === String(value);
}
