/** What is said when something was done with pictures of the gallery. */
export function sentence(action, value, count) {
  const pictures = `${count.toLocaleString("en")} ${count === 1 ? "picture" : "pictures"}`;
  const said = {
    rate: value === "0" ? `The rating of ${pictures} is gone.` : `${pictures} rated ${value}.`,
    star: value === "0" ? `${pictures} no longer starred.` : `${pictures} starred.`,
    tag: `${pictures} tagged “${value}”.`,
    untag: `“${value}” is taken off ${pictures}.`,
    trash: `${pictures} in the trash.`,
    restore: `${pictures} put back.`,
    purge: `${pictures} deleted for good.`,
  };
  return said[action];
}
