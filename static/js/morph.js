/**
 * Makes an element look like a newer version of itself, changing only what differs.
 *
 * Focus, hover, scrolling and a picture on the screen outlive it: a replaced element would lose them.
 */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return old;
  }
  // An element that draws its own content says so: it is told its attributes, and what it wants to know of the newer one.
  const drawsItself = old.constructor.drawsItself;
  morphAttributes(old, fresh);
  if (drawsItself) old.renew?.(fresh);
  else if (!isBuiltOf(old, fresh)) {
    buildAlike(old, fresh);
    morphChildren(old, fresh);
  }
  return old;
}

/** Where its template is another now, what was built of the old one becomes what is built of that: an open menu is never empty. */
function buildAlike(old, fresh) {
  const [template, ...built] = fresh.children;
  if (template?.localName !== "template" || built.length) return;
  if (old.firstElementChild?.localName === "template" && old.children.length > 1) fresh.append(template.content.cloneNode(true));
}

/** What was built of a template stays as long as the template is the same. */
function isBuiltOf(old, fresh) {
  const [was, is] = [old, fresh].map((each) => each.firstElementChild);
  return was?.localName === "template" && is?.localName === "template" && was.content.isEqualNode(is.content);
}

// A style is what a script has set, pages have none of their own; whether something is open is for whoever looks at it.
const SET_HERE = new Set(["style", "open", "aria-expanded"]);

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!SET_HERE.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!SET_HERE.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
}

function morphChildren(old, fresh) {
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    if (child.localName === "template" && fits(place, child)) place.content.replaceChildren(...child.content.childNodes);
    const same = child.id ? [...old.children].find((each) => each.id === child.id) : fits(place, child) ? place : null;
    if (!same) {
      old.insertBefore(child, place);
      continue;
    }
    if (same !== place) move(old, same, place);
    place = morph(same, child).nextSibling;
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** Where the browser can, without closing what is open in it. */
function move(parent, child, place) {
  if (parent.isConnected && parent.moveBefore) parent.moveBefore(child, place);
  else parent.insertBefore(child, place);
}

function fits(old, fresh) {
  return old && old.nodeName === fresh.nodeName && !old.id;
}
