/** The nearest of the boxes in the row below one of them, or above it. */
export function nextRow(box, boxes, by) {
  const middle = ({ left, width }) => left + width / 2;
  const from = box.getBoundingClientRect();
  const others = boxes.map((each) => [each, each.getBoundingClientRect()]);
  const rows = others.filter(([, { top }]) => (by > 0 ? top > from.top + 4 : top < from.top - 4));
  const next = by > 0 ? Math.min(...rows.map(([, { top }]) => top)) : Math.max(...rows.map(([, { top }]) => top));
  const row = rows.filter(([, { top }]) => Math.abs(top - next) < 4);
  row.sort(([, one], [, other]) => Math.abs(middle(one) - middle(from)) - Math.abs(middle(other) - middle(from)));
  return row[0]?.[0];
}
