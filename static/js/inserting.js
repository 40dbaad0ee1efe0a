/** Words that come into a text where its caret is, apart from their neighbours. No page, no browser. */
export function insertion(text, start, end, words) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const lead = before && !/\s$/.test(before) ? " " : "";
  const rest = after && !/^[\s,.;:!?)]/.test(after) ? " " : "";
  return { text: lead + words + rest, start, end };
}
