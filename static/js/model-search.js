/** What the model picker lists: under who makes the pictures, the recent ones first, by what is typed. No page. */
import { plural, translate } from "./texts.js";

const RECENT = 3;
const DOES = {
  image: () => translate("from pictures"),
  inpaint: () => translate("repaints"),
  outpaint: () => translate("extends"),
  variation: () => translate("varies"),
  upscale: () => translate("upscales"),
};

/** [{ label, models: [{ slug, name, units, ... }] }], without groups that would be empty. */
export function groupsOf(contracts, recent = [], query = "") {
  const models = Object.entries(contracts).map(([slug, contract]) => ({ slug, ...contract }));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter((model) => words.every((word) => textOf(model).includes(word)));
  const labels = [...new Set(found.map(({ maker }) => maker))];
  const groups = labels.map((label) => ({ label, models: found.filter(({ maker }) => maker === label) }));
  if (words.length) return groups;
  const used = recent.map((slug) => models.find((model) => model.slug === slug)).filter(Boolean);
  return used.length ? [{ label: translate("Recent"), models: used.slice(0, RECENT) }, ...groups] : groups;
}

/** What it can do besides drawing from text, and what stands in the way. */
export function marksOf({ modes, references, is_local: isLocal, needs_key: needsKey, is_troubled: isTroubled }) {
  const does = modes.map((mode) => DOES[mode]?.()).filter(Boolean);
  if (references) does.push(plural("looks at {count} reference", "looks at {count} references", references));
  return [isTroubled && translate("could not be loaded of late"), needsKey && translate("needs a key"), isLocal ? translate("drawn here") : translate("by a service"), does.join(", ")].filter(Boolean);
}

export const unitsOf = ({ units }) => plural("{count} unit", "{count} units", units);

function textOf(model) {
  return [model.name, model.slug, model.maker, unitsOf(model), ...marksOf(model)].join(" ").toLowerCase();
}
