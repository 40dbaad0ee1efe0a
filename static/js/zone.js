/** The time zone that a person chose, as dates are drawn in it: undefined is the browser's own. */
export function zoneOf(name) {
  if (!name) return undefined;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return undefined; // the site knows it, this browser does not
  }
}
