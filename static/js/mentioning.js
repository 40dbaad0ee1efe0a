/** Who is named in what is being written: "@al" before the caret. No page, no server. */
const MOST = 6;

/** What stands before the caret after an @, or null: {text, word}. An address of a letter names nobody. */
export function naming(before) {
  const found = before.match(/(?<![\w@/.:-])@([A-Za-z0-9_-]{0,30})$/);
  return found && { text: found[0], word: found[1].toLowerCase() };
}

/** Those who fit, who begin with it first. */
export function peopleFor({ word }, people) {
  const begins = ({ name, full }) => name.toLowerCase().startsWith(word) || full.toLowerCase().split(" ").some((part) => part.startsWith(word));
  const holds = ({ name, full }) => `${name} ${full}`.toLowerCase().includes(word);
  const first = people.filter(begins);
  return [...first, ...people.filter((each) => !first.includes(each) && holds(each))].slice(0, MOST);
}
