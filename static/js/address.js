/** The page's address, when it shows something else without being a new page. Told by "addresschange" on the document. */

/** To something that "back" leads away from again. */
export function goTo(url) {
  history.pushState(null, "", url);
  document.dispatchEvent(new CustomEvent("addresschange"));
}

/** In place of what is not there any more: "back" must not lead to it. */
export function standAt(url) {
  history.replaceState(history.state, "", url);
  document.dispatchEvent(new CustomEvent("addresschange"));
}
