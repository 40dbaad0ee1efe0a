// What scripts say, in the page's language. English is written where it is said; the other
// languages come with the page (<script type="application/json" id="texts">).
//
//   translate("Copied {name}", { name })
//   plural("{count} picture", "{count} pictures", count)
// `python -m tools.texts` finds these calls, so what they are given must be written out.

const page = globalThis.document;

export const language = page?.documentElement?.lang || "en";

/** The same, as the reader's browser has it: en-GB writes dates otherwise than en-US. */
export const locale = (globalThis.navigator?.languages ?? []).find((each) => each.split("-")[0] === language) ?? language;

let found;

function known() {
  found ??= JSON.parse(page?.getElementById?.("texts")?.textContent || "{}");
  return found;
}

/** For tests: what the page would bring. */
export function learn(texts) {
  found = texts;
}

export function translate(english, values = {}) {
  return filled(known()[english]?.[0] ?? english, values);
}

export function plural(one, many, count, values = {}) {
  const forms = known()[one];
  const chosen = forms ? forms[formOf(count, forms.length)] : count === 1 ? one : many;
  return filled(chosen, { count: number(count), ...values });
}

// Kept: one is slow to make, and every label has its number.
const asNumber = new Intl.NumberFormat(locale);
const asPlain = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 10 });

/** A number as it is written in the page's language. */
export function number(value, options) {
  return (options ? new Intl.NumberFormat(locale, options) : asNumber).format(value);
}

/** A setting's number, without marks between its digits. */
export function plain(value) {
  return asPlain.format(value);
}

/** A label as it is written inside a sentence: German writes nouns with a capital wherever they stand. */
export function within(label) {
  return language === "de" ? label : label.toLowerCase();
}

// gettext numbers a language's forms in the order in which Unicode names its categories.
function formOf(count, forms) {
  const rules = new Intl.PluralRules(language);
  const order = ["zero", "one", "two", "few", "many", "other"];
  const used = order.filter((name) => rules.resolvedOptions().pluralCategories.includes(name));
  return Math.min(used.indexOf(rules.select(count)), forms - 1);
}

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
