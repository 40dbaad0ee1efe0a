/** Which picture of a workspace an address names. No page, no browser. */
const PAGE = /^\/w\/([^/]+)\/images\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/$/;

/** `{ id, path }` of the first address in a list as browsers drag it, or null where it is none of this workspace's pages. */
export function own(list, origin, workspace) {
  const first = list.split(/\r?\n/).find((line) => line.trim() && !line.startsWith("#"))?.trim() ?? "";
  if (!URL.canParse(first)) return null;
  const url = new URL(first);
  const found = url.origin === origin && PAGE.exec(url.pathname);
  return found && decodeURIComponent(found[1]) === workspace ? { id: found[2], path: url.pathname } : null;
}

/** The first picture among the files that were dropped or pasted. */
export function pictureOf(data) {
  return [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
}
