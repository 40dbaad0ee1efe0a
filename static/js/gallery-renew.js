/** The gallery as the server has it now, in place: what was said, and its undo, stay on the page. */
import { morph } from "./morph.js";
import { ask } from "./post.js";

/** How many there are of each kind stands beside the pictures. */
export async function renewCounts() {
  const page = new DOMParser().parseFromString(await (await ask(location.href)).text(), "text/html");
  morph(document.querySelector(".gallery-nav"), page.querySelector(".gallery-nav"));
  return page;
}

/** The pictures as well; where none are left, what is said in their place. */
export async function renewPictures(grid) {
  const feed = (await renewCounts()).querySelector(".feed");
  const fresh = feed.querySelector("picture-grid");
  if (!fresh) {
    grid.replaceWith(feed.lastElementChild);
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
    return;
  }
  grid.setAttribute("until", fresh.getAttribute("until"));
  grid.querySelector("[data-rows]").replaceChildren(...fresh.querySelector("[data-rows]").childNodes);
}
