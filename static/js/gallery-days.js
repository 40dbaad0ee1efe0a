/** Puts a further page of the gallery behind what is there; a day that goes on over two pages stays one. */
export function appendDays(rows, page) {
  const last = [...rows.querySelectorAll(".day-group")].at(-1);
  const first = page.querySelector(".day-group");
  if (last && first && last.dataset.day === first.dataset.day) {
    last.querySelector(".justified").append(...first.querySelector(".justified").children);
    first.remove();
  }
  rows.append(...page.children);
}
