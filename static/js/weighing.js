/**
 * Weights of words in a prompt, "(red:1.2)", as Stable Diffusion's tools write them. No page, no server.
 */
const STEP = 0.1;
const LEAST = 0.1;
const MOST = 2; // the server's own limit

/**
 * The selected words one step heavier or lighter: {text, start, end}, with the same words selected. Without a
 * selection it is the word at the caret. A weight of 1 is not written.
 */
export function weigh(text, start, end, steps) {
  let [from, to] = start === end ? wordAt(text, start) : trimmed(text, start, end);
  if (from === to) return { text, start, end };
  let weight = 1;
  const around = weighed(text, from, to);
  if (around) [from, to, weight] = around;
  const words = around ? text.slice(from + 1, text.lastIndexOf(":", to - 1)) : text.slice(from, to);
  const next = Math.min(MOST, Math.max(LEAST, Math.round((weight + steps * STEP) * 10) / 10));
  const isPlain = next === 1;
  const written = isPlain ? words : `(${words}:${next})`;
  const begin = isPlain ? from : from + 1;
  return { text: text.slice(0, from) + written + text.slice(to), start: begin, end: begin + words.length };
}

/** [from, to, weight] of the brackets right around, or null. */
function weighed(text, from, to) {
  if (text[from] === "(" && text[to - 1] === ")") return parts(text, from, to);
  const close = text.slice(to).match(/^:\d+(?:\.\d+)?\)/);
  return text[from - 1] === "(" && close ? parts(text, from - 1, to + close[0].length) : null;
}

function parts(text, from, to) {
  const weight = text.slice(from, to).match(/^\([^()]+:(\d+(?:\.\d+)?)\)$/);
  return weight ? [from, to, Number(weight[1])] : null;
}

function wordAt(text, place) {
  const before = text.slice(0, place).match(/[^\s,.;(){}|:]*$/)[0].length;
  const behind = text.slice(place).match(/^[^\s,.;(){}|:]*/)[0].length;
  return [place - before, place + behind];
}

function trimmed(text, start, end) {
  const chosen = text.slice(start, end);
  const from = start + chosen.length - chosen.trimStart().length;
  return [from, from + chosen.trim().length];
}
