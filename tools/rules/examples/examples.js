// What the rules for scripts find; nothing here runs.
export function examples(element, text) {
  // ruleid: inner-html
  element.innerHTML = text;
  // ruleid: script-evaluating
  eval(text);
}

export function sound(element, text) {
  element.textContent = text;
  setTimeout(() => text, 5);
}
