// What on this page is pressed and is smaller than a finger; not what stands in a sentence, as in WCAG 2.5.5.
(least) => {
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=menuitem]";
  const grown = (element, box) => {
    const style = getComputedStyle(element, "::after");
    if (style.content === "none" || style.position !== "absolute") return box;
    const frame = getComputedStyle(element).position === "static" ? element.offsetParent?.getBoundingClientRect() ?? box : box;
    const side = (name) => (style[name] === "auto" ? 0 : parseFloat(style[name]));
    const own = { left: frame.left + side("left"), right: frame.right - side("right"), top: frame.top + side("top"), bottom: frame.bottom - side("bottom") };
    return joined(box, own);
  };
  const joined = (one, other) => ({ left: Math.min(one.left, other.left), right: Math.max(one.right, other.right), top: Math.min(one.top, other.top), bottom: Math.max(one.bottom, other.bottom) });
  const inSentence = (element) => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    return [...element.parentNode.childNodes].some((each) => each !== element && each.nodeType === Node.TEXT_NODE && each.textContent.trim().length > 1);
  };
  const layer = document.querySelector("dialog:modal, .offcanvas.show, .offcanvas-lg.show, .modal.show") ?? document;
  const found = [];
  for (const element of layer.querySelectorAll(TARGETS)) {
    if (element.disabled || element.closest("[inert], .skip, [aria-hidden=true]") || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (inSentence(element)) continue;
    let box = element.getBoundingClientRect();
    const labels = [...(element.labels ?? [])].filter((label) => label.checkVisibility());
    if (box.width < 2 && !labels.length) continue;
    for (const label of labels) box = joined(box.width < 2 ? label.getBoundingClientRect() : box, label.getBoundingClientRect());
    box = grown(element, box);
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    if (width && height && (width < least - 0.5 || height < least - 0.5)) {
      found.push(`${Math.round(width)} x ${Math.round(height)}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 150)}`);
    }
  }
  return found;
}
