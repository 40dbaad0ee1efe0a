/**
 * What keys do, and where: the one list that the help shows. An entry works where its selector is on the page. No
 * page here, no listeners: those are in the elements that act.
 */
export const SHORTCUTS = [
  { area: "Anywhere", keys: ["?"], does: "This help", where: "body" },
  { area: "Anywhere", keys: ["/"], does: "Search", where: "[data-search]" },
  { area: "Anywhere", keys: ["g", "then", "w"], does: "To the workspaces", where: "body" },
  { area: "Anywhere", keys: ["g", "then", "p"], does: "To the studio", where: "body" },
  { area: "Anywhere", keys: ["g", "then", "g"], does: "To the gallery", where: "body" },
  { area: "Anywhere", keys: ["g", "then", "q"], does: "To the queue's page", where: "body" },
  { area: "Anywhere", keys: ["q"], does: "Open or close the queue", where: "queue-drawer" },
  { area: "Anywhere", keys: ["Esc"], does: "Close what lies on top", where: "body" },
  { area: "Prompt", keys: ["Ctrl", "Enter"], does: "Generate", where: "prompt-form" },
  { area: "Prompt", keys: ["Alt", "↑ ↓"], does: "Through my own prompts", where: "prompt-form" },
  { area: "Prompt", keys: ["Ctrl", "↑ ↓"], does: "Weigh the chosen words, where the model can", where: "prompt-form" },
  { area: "Prompt", keys: ["<"], does: "Find a style; Tab takes it", where: "prompt-completion" },
  { area: "Prompt", keys: ["__"], does: "Find a word list; Tab takes it", where: "prompt-completion" },
  { area: "Panels", keys: ["["], does: "Show or hide the settings", where: "panel-grip, [data-hide-panel]" },
  { area: "Picture", keys: ["← →"], does: "The picture before, the next one", where: "picture-viewer" },
  { area: "Picture", keys: ["i"], does: "Details", where: "picture-viewer" },
  { area: "Picture", keys: ["z"], does: "Real size, or fitted", where: "picture-viewer" },
  { area: "Picture", keys: ["u"], does: "Use all its settings", where: "picture-viewer" },
  { area: "Picture", keys: ["r"], does: "Remix: all but the seed", where: "model-panel" },
  { area: "Picture", keys: ["p"], does: "Use its prompt", where: "model-panel" },
  { area: "Picture", keys: ["Shift", "S"], does: "Use its seed", where: "model-panel" },
  { area: "Picture", keys: ["c"], does: "Compare with the others of its request", where: "picture-viewer" },
  { area: "Gallery", keys: ["← ↑ ↓ →"], does: "From picture to picture", where: "picture-grid" },
  { area: "Gallery", keys: ["Space"], does: "Choose, or leave out", where: "picture-grid" },
  { area: "Gallery", keys: ["Ctrl", "A"], does: "Choose all on the page", where: "picture-grid" },
  { area: "Gallery", keys: ["Enter"], does: "Open", where: "picture-grid" },
  { area: "Gallery", keys: ["0 – 5"], does: "Rate", where: "picture-grid:not([tab=trash])" },
  { area: "Gallery", keys: ["s"], does: "Star", where: "picture-grid:not([tab=trash])" },
  { area: "Gallery", keys: ["l"], does: "Tag", where: "picture-grid:not([tab=trash])" },
  { area: "Gallery", keys: ["c"], does: "Compare the chosen ones", where: "picture-grid:not([tab=trash])" },
  { area: "Gallery", keys: ["d"], does: "Download as ZIP", where: "picture-grid:not([tab=trash])" },
  { area: "Gallery", keys: ["Delete"], does: "Into the trash, or back from it", where: "picture-grid" },
  { area: "Compare", keys: ["m"], does: "The next way to compare", where: "picture-compare" },
  { area: "Compare", keys: ["x"], does: "Swap the two", where: "picture-compare" },
  { area: "Compare", keys: ["1", "2"], does: "Keep the left one, the right one", where: "picture-compare" },
];

/** Those that work here and have all the words, by area: [[area, entries]]. */
export function shown(works, sought = "") {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ area, keys, does }) => words.every((word) => `${area} ${does} ${keys.join(" ")}`.toLowerCase().includes(word));
  const areas = new Map();
  for (const entry of SHORTCUTS) {
    if (works(entry.where) && fits(entry)) areas.set(entry.area, [...(areas.get(entry.area) ?? []), entry]);
  }
  return [...areas];
}
