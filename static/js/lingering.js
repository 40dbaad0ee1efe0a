/**
 * How long what leaves by itself stays: messages, and questions in a button. Whoever needs time to read and to press has a
 * minute (the preference `unhurried`). No imports: messages themselves are told by what keeps preferences.
 */
const LEAST = 60; // seconds, for whoever wants them

let isUnhurried = JSON.parse(globalThis.document?.getElementById("preferences")?.textContent ?? "{}").unhurried === true;

globalThis.document?.addEventListener("preferencechange", ({ detail: { key, value } }) => {
  if (key === "unhurried") isUnhurried = value === true;
});

export function lingering(seconds) {
  return isUnhurried ? Math.max(seconds, LEAST) : seconds;
}
