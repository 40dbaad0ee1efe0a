/** The last messages, newest first. No page, no browser. */
export const MOST = 50;

/** What was stored, or nothing where it can't be read. */
export function kept(stored) {
  try {
    const notices = JSON.parse(stored ?? "[]");
    return Array.isArray(notices) ? notices.filter((each) => typeof each?.text === "string" && !Number.isNaN(Date.parse(each.at))).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** This browser's own and those of the person's account, newest first. */
export function together(own, told) {
  const others = told.map(({ text, link, created }) => ({ text, link, kind: "good", at: created }));
  return [...own, ...others].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, MOST);
}

/** With one more; the same words again move up. */
export function keep(notices, notice) {
  return [notice, ...notices.filter(({ text }) => text !== notice.text)].slice(0, MOST);
}
