/** What a page has once for many things of a kind, filled in for one of them. */

// What an address names in place of the one thing.
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** "More for image {number}" with { number: 2 } -> "More for image 2"; what is not known stays. An address gets its `key`. */
export function filled(text, values) {
  const named = "key" in values ? text.replaceAll(NOBODY, values.key) : text;
  return named.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Whether all words that something needs are among those that one may: nothing needed, always. */
export function isGiven(needs, may) {
  return needs.split(" ").every((word) => !word || may.has(word));
}

/** Change a template's copy, also in the templates within it: what bears data-needs goes, unless `may` has these words. */
export function fill(root, values, may) {
  for (const part of root.querySelectorAll("[data-needs]")) if (!isGiven(part.dataset.needs, may)) part.remove();
  for (const part of root.querySelectorAll("*")) {
    part.removeAttribute("data-needs");
    for (const { name, value } of part.attributes) if (isOpen(value)) part.setAttribute(name, filled(value, values));
    if (part.localName === "template") fill(part.content, values, may);
    for (const text of part.childNodes) if (text.nodeType === 3 && isOpen(text.nodeValue)) text.nodeValue = filled(text.nodeValue, values);
  }
  return root;
}

function isOpen(text) {
  return text.includes("{") || text.includes(NOBODY);
}
