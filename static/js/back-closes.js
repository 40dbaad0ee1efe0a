/**
 * On a narrow screen "back" closes what lies over the page (a dialog, a sheet) instead of leaving it: each layer has an entry
 * of its own in the history, which goes when the layer is closed by other means.
 */
const NARROW = matchMedia("(max-width: 991.98px)");

const layers = [];
let expected = 0; // steps back of our own
let here = ""; // the page's address, which no step back from a layer changes

function opened(element, close) {
  if (!NARROW.matches || layers.some((layer) => layer.element === element)) return;
  here = location.href;
  layers.push({ element, close, isEntered: false });
  enter();
}

/** An entry for each layer; not while a step back is under way, which would take it along. */
function enter() {
  if (expected) return;
  for (const [place, layer] of layers.entries()) {
    if (layer.isEntered) continue;
    layer.isEntered = true;
    history.pushState({ ...history.state, layer: place + 1 }, "");
  }
}

function closed(element) {
  const place = layers.findIndex((layer) => layer.element === element);
  if (place < 0) return;
  const [{ isEntered }] = layers.splice(place, 1);
  if (!isEntered) return;
  expected += 1;
  history.back();
}

window.addEventListener(
  "popstate",
  (event) => {
    const layer = expected ? null : layers.pop();
    if (!expected && !layer) return;
    if (expected) expected -= 1;
    if (!expected && location.href !== here) history.replaceState(history.state, "", here);
    event.stopImmediatePropagation(); // The page is where it was.
    layer?.close();
    enter();
  },
  { capture: true },
);

// What was chosen in a layer may have changed it.
document.addEventListener("addresschange", () => (here = location.href));

new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.localName !== "dialog") continue;
    if (target.open && target.matches(":modal")) opened(target, () => target.close());
    else closed(target);
  }
}).observe(document.documentElement, { subtree: true, attributeFilter: ["open"] });

document.addEventListener("show.bs.offcanvas", ({ target }) => opened(target, () => target.querySelector("[data-bs-dismiss]")?.click()));
document.addEventListener("hide.bs.offcanvas", ({ target }) => closed(target));
