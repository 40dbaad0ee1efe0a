/** What the prompt bar completes: what is being written, and what fits. No page, no server. */
const MOST = 8;
const LEAST = 3; // letters of a phrase before one is offered

/** What is being written before the caret: {kind, text, word}, or null. */
export function asking(before) {
  const style = before.match(/<([^<>{}|,\n]{0,40})$/);
  if (style) return { kind: "style", text: style[0], word: style[1] };
  const list = before.match(/(?:__!?|\{)([A-Za-z0-9/_-]{0,40})$/);
  if (list && !/__[a-z0-9/-]+__$/i.test(before)) return { kind: "list", text: list[0], word: list[1] };
  const phrase = before.match(/(?:^|[,.;|{}\n])\s*([^,.;|{}<>\n]{1,40})$/);
  if (phrase && phrase[1].length >= LEAST && !phrase[1].endsWith("__")) return { kind: "recent", text: phrase[1], word: phrase[1] };
  return null;
}

/** What fits, best first: [{asked, label, note, insert, style?}]. */
export function offersFor(asked, { styles, lists, recent }) {
  const word = asked.word.toLowerCase();
  const fits = (text) => text.toLowerCase().includes(word);
  const offers = {
    style: () => styles.filter(({ name }) => fits(name)).map(({ id, name }) => ({ label: name, note: "style", insert: "", style: id })),
    list: () => lists.filter(({ name }) => fits(name)).map(({ name, sample, count }) => ({ label: `__${name}__`, note: `${count}: ${sample}`, insert: `${asked.text[0] === "{" ? "{" : ""}__${asked.text.startsWith("__!") ? "!" : ""}${name}__` })),
    recent: () => recent.filter((text) => text.toLowerCase().startsWith(word) && text.toLowerCase() !== word).map((text) => ({ label: text, note: "", insert: text })),
  };
  return offers[asked.kind]()
    .slice(0, MOST)
    .map((offer) => ({ asked, ...offer }));
}
