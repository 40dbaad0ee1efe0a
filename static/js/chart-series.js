/** What a chart draws of a table: its labels and its series. No page, no server. */

/**
 * `head`: the texts of the first row; `rows`: each a label and its numbers (null where a cell has none). Columns
 * without any number, such as links, are left out.
 */
export function seriesOf(head, rows) {
  const labels = rows.map(([label]) => label);
  const series = head
    .slice(1)
    .map((name, place) => ({ name, values: rows.map((row) => row[place + 1] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null));
  return { labels, series };
}
