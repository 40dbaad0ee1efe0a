/**
 * What keys do, and where: the one list that is listened by, shown and changed. An entry works where its selector is on the
 * page; `fixed` ones are those of the thing itself, such as arrows, and stay. No page here, no listeners.
 */
import { collide, hasModifier, isCharacter, isChord, isKept } from "./chords.js";
import { translate } from "./texts.js";

const ANYWHERE = translate("Anywhere");
const QUEUE = translate("Queue");
const PROMPT = translate("Prompt");
const PANELS = translate("Panels");
const PICTURE = translate("Picture");
const GALLERY = translate("Gallery");
const COMPARE = translate("Compare");
const MASK = translate("Mask");
const EXPERIMENT = translate("Experiment");

const MARKED = "picture-grid:not([tab=trash])";

export const SHORTCUTS = [
  { id: "help", area: ANYWHERE, keys: ["?"], does: translate("This help"), where: "body" },
  { id: "search", area: ANYWHERE, keys: ["/"], does: translate("Search"), where: "[data-search]" },
  { id: "to-workspaces", area: ANYWHERE, keys: ["g w"], does: translate("To the workspaces"), where: "body" },
  { id: "to-studio", area: ANYWHERE, keys: ["g p"], does: translate("To the studio"), where: "body" },
  { id: "to-gallery", area: ANYWHERE, keys: ["g g"], does: translate("To the gallery"), where: "body" },
  { id: "to-queue", area: ANYWHERE, keys: ["g q"], does: translate("To the queue's page"), where: "body" },
  { id: "undo", area: ANYWHERE, keys: ["Ctrl+z"], does: translate("Undo what has just been said to be done"), where: "toast-shelf" },
  { area: ANYWHERE, fixed: ["Escape"], does: translate("Close what lies on top"), where: "body" },
  { id: "queue", area: QUEUE, keys: ["q"], does: translate("Open or close the queue"), where: "queue-drawer" },
  { id: "cancel", area: QUEUE, keys: ["Shift+x"], does: translate("Cancel what is being drawn for me"), where: "queue-drawer" },
  { id: "generate", area: PROMPT, keys: ["Ctrl+Enter"], does: translate("Generate"), where: "prompt-form", writing: true },
  { id: "generate-first", area: PROMPT, keys: ["Ctrl+Shift+Enter"], does: translate("Generate at the front of my queue"), where: "prompt-form", writing: true },
  { id: "older-prompt", area: PROMPT, keys: ["Alt+ArrowUp"], does: translate("My prompt before this one"), where: "prompt-form", writing: true },
  { id: "newer-prompt", area: PROMPT, keys: ["Alt+ArrowDown"], does: translate("My prompt after this one"), where: "prompt-form", writing: true },
  { id: "heavier", area: PROMPT, keys: ["Ctrl+ArrowUp"], does: translate("More weight to the chosen words, where the model can"), where: "prompt-form", writing: true },
  { id: "lighter", area: PROMPT, keys: ["Ctrl+ArrowDown"], does: translate("Less weight to the chosen words, where the model can"), where: "prompt-form", writing: true },
  { area: PROMPT, fixed: ["<"], does: translate("Find a style; Tab takes it"), where: "prompt-completion", writing: true },
  { area: PROMPT, fixed: ["__"], does: translate("Find a word list; Tab takes it"), where: "prompt-completion", writing: true },
  { id: "settings", area: PANELS, keys: ["["], does: translate("Show or hide the settings"), where: "panel-grip" },
  { id: "topics", area: PANELS, keys: ["]"], does: translate("Show or hide the topics"), where: "panel-fold" },
  { id: "panels", area: PANELS, keys: ["\\"], does: translate("Show or hide both"), where: "panel-fold" },
  { id: "chat", area: PANELS, keys: ["t"], does: translate("Show or hide the assistant"), where: "chat-window" },
  { area: PANELS, fixed: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: translate("Move the assistant's window, or make it larger, where its header or its corner has the focus"), where: "chat-window" },
  { id: "previous", area: PICTURE, keys: ["ArrowLeft"], does: translate("The picture before"), where: "picture-viewer" },
  { id: "next", area: PICTURE, keys: ["ArrowRight"], does: translate("The next picture"), where: "picture-viewer" },
  { id: "details", area: PICTURE, keys: ["i"], does: translate("Details"), where: "picture-viewer" },
  { id: "zoom", area: PICTURE, keys: ["z"], does: translate("Real size, or fitted"), where: "picture-viewer" },
  { id: "use-all", area: PICTURE, keys: ["u"], does: translate("Use all its settings"), where: "picture-viewer" },
  { id: "remix", area: PICTURE, keys: ["r"], does: translate("Remix: all but the seed"), where: "picture-viewer" },
  { id: "use-prompt", area: PICTURE, keys: ["p"], does: translate("Use its prompt"), where: "picture-viewer" },
  { id: "use-seed", area: PICTURE, keys: ["Shift+s"], does: translate("Use its seed"), where: "picture-viewer" },
  { id: "compare-siblings", area: PICTURE, keys: ["c"], does: translate("Compare with the others of its request"), where: "picture-viewer" },
  { area: GALLERY, fixed: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: translate("From picture to picture; with Shift, choose on the way"), where: "picture-grid" },
  { area: GALLERY, fixed: ["Enter"], does: translate("Open"), where: MARKED },
  { id: "preview", area: GALLERY, keys: ["Space"], does: translate("Look at it large, and back"), where: MARKED },
  { id: "choose", area: GALLERY, keys: ["x"], does: translate("Choose, or leave out"), where: "picture-grid" },
  { id: "choose-all", area: GALLERY, keys: ["Ctrl+a"], does: translate("Choose all on the page"), where: "picture-grid" },
  { area: GALLERY, id: "rate", fixed: ["0", "1", "2", "3", "4", "5"], does: translate("Rate"), where: MARKED },
  { id: "star", area: GALLERY, keys: ["s"], does: translate("Star"), where: MARKED },
  { id: "tag", area: GALLERY, keys: ["l"], does: translate("Tag"), where: MARKED },
  { id: "compare", area: GALLERY, keys: ["c"], does: translate("Compare the chosen ones"), where: MARKED },
  { id: "download", area: GALLERY, keys: ["d"], does: translate("Download as ZIP"), where: MARKED },
  { id: "trash", area: GALLERY, keys: ["Delete", "Backspace"], does: translate("Into the trash, or back from it"), where: "picture-grid" },
  { id: "mode", area: COMPARE, keys: ["m"], does: translate("The next way to compare"), where: "picture-compare" },
  { id: "swap", area: COMPARE, keys: ["x"], does: translate("Swap the two"), where: "picture-compare" },
  { id: "keep-left", area: COMPARE, keys: ["1"], does: translate("Keep the left one"), where: "picture-compare" },
  { id: "keep-right", area: COMPARE, keys: ["2"], does: translate("Keep the right one"), where: "picture-compare" },
  { id: "flip", area: COMPARE, keys: ["Space"], does: translate("Flip to the other, where that is the way to compare"), where: "picture-compare" },
  { area: MASK, fixed: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: translate("Move the brush; with Shift, further"), where: "mask-painter" },
  { area: MASK, fixed: ["Space"], does: translate("Paint where the brush is"), where: "mask-painter" },
  { id: "brush", area: MASK, keys: ["b"], does: translate("Brush"), where: "mask-painter" },
  { id: "eraser", area: MASK, keys: ["e"], does: translate("Eraser"), where: "mask-painter" },
  { id: "smaller-brush", area: MASK, keys: ["["], does: translate("Smaller brush"), where: "mask-painter" },
  { id: "larger-brush", area: MASK, keys: ["]"], does: translate("Larger brush"), where: "mask-painter" },
  { id: "undo-stroke", area: MASK, keys: ["Ctrl+z"], does: translate("Undo the last stroke"), where: "mask-painter" },
  { id: "vote-left", area: EXPERIMENT, keys: ["1"], does: translate("The left one is better"), where: "pair-vote" },
  { id: "vote-right", area: EXPERIMENT, keys: ["2"], does: translate("The right one is better"), where: "pair-vote" },
  { id: "vote-equal", area: EXPERIMENT, keys: ["="], does: translate("Equal"), where: "pair-vote" },
  { id: "vote-skip", area: EXPERIMENT, keys: ["s"], does: translate("Skip this pair"), where: "pair-vote" },
  { id: "vote-back", area: EXPERIMENT, keys: ["Backspace"], does: translate("Take the latest answer back"), where: "pair-vote" },
  { area: EXPERIMENT, fixed: ["ArrowLeft", "ArrowRight"], does: translate("Move the axis that has the focus"), where: "axis-order" },
];

const BY_ID = new Map(SHORTCUTS.filter(({ id }) => id).map((entry) => [entry.id, entry]));

/** The keys of an action: a person's own, none where they took them off, else the usual ones. */
export function keysOf(id, map = {}) {
  const { fixed, keys } = BY_ID.get(id) ?? {};
  const own = Object.hasOwn(map, id) ? map[id] : undefined;
  if (fixed || own === undefined || (own !== "" && !isChord(own))) return fixed ?? keys ?? [];
  return own === "" ? [] : [own];
}

/** Those that work here and have all the words, by area: [[area, entries]]; each entry has the keys that it now has. */
export function shown(works, sought = "", map = {}) {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const areas = new Map();
  for (const entry of SHORTCUTS) {
    const keys = entry.fixed ?? keysOf(entry.id, map);
    const said = `${entry.area} ${entry.does} ${keys.join(" ")}`.toLowerCase();
    if (!works(entry, keys) || !words.every((word) => said.includes(word))) continue;
    areas.set(entry.area, [...(areas.get(entry.area) ?? []), { ...entry, keys }]);
  }
  return [...areas];
}

/** The entry whose key this would take, or null. */
export function clash(id, chord, map = {}) {
  const mine = BY_ID.get(id);
  const others = SHORTCUTS.filter((entry) => entry !== mine && meet(mine, entry));
  return others.find((entry) => (entry.fixed ?? keysOf(entry.id, map)).some((key) => collide(key, chord))) ?? null;
}

/** Why an action can't have these keys; "" where it can. */
export function problem(id, chord) {
  const { writing } = BY_ID.get(id);
  if (isKept(chord)) return translate("Browsers and fields keep this one for themselves.");
  if (writing && !hasModifier(chord)) return translate("It works while you write, so it needs Ctrl or Alt.");
  return "";
}

/** The map after an action got these keys, "" for none; whoever had them has none. */
export function withKeys(map, id, chord) {
  const next = { ...map };
  const other = chord && clash(id, chord, map);
  if (other?.id) next[other.id] = "";
  if (BY_ID.get(id).keys.length === 1 && BY_ID.get(id).keys[0] === chord) delete next[id];
  else next[id] = chord;
  return next;
}

/** The map with an action's usual keys, where nobody else has them by now. */
export function withUsual(map, id) {
  const { [id]: _, ...next } = map;
  for (const key of BY_ID.get(id).keys) {
    const other = clash(id, key, next);
    if (other?.id && Object.hasOwn(next, other.id)) delete next[other.id];
  }
  return next;
}

/** Whether keys act in spite of `letter_keys` being off. */
export function isAllowed(chord, letters) {
  return letters || !isCharacter(chord);
}

/** Whether both may be meant by one press: a dialog's own keys and those of the page below it are not. */
function meet(one, other) {
  const isWide = ({ area }) => area === ANYWHERE || area === QUEUE;
  const isStudio = ({ area }) => area === PROMPT || area === PANELS;
  if (one.area === MASK || other.area === MASK) return one.area === other.area || one.id === "help" || other.id === "help";
  return one.area === other.area || isWide(one) || isWide(other) || (isStudio(one) && isStudio(other));
}
