/**
 * How the person likes the site, on every page and on every device of theirs: `preferred(key)` and `prefer(key, value)`.
 * The known keys and their defaults are in accounts/preferences.py. A change is seen at once, also as the document's event
 * "preferencechange" ({ key, value }); what the site refuses is put back, and said. A visitor's stay in this browser.
 */
import { patch } from "./post.js";
import { remember, remembered } from "./remember.js";
import { translate } from "./texts.js";
import { say } from "./toast-shelf.js";

const ADDRESS = "/account/preferences/";

const block = document.getElementById("preferences");
const known = block ? JSON.parse(block.textContent) : {}; // as the site has them
const values = { ...known };
let waiting = {}; // what is still to be sent
let sending = null;

/** The person's own, or the key's default; undefined where a visitor has chosen nothing. */
export function preferred(key) {
  return block ? values[key] : visitors(key);
}

/** Change one; resolves to whether the site keeps it. Changes made meanwhile go together in the next request. */
export function prefer(key, value) {
  if (!block) {
    remember(`preference_${key}`, JSON.stringify(value));
    announce(key, value);
    return Promise.resolve(true);
  }
  change(key, value);
  waiting[key] = value;
  sending ??= Promise.resolve().then(send);
  return sending.then(() => JSON.stringify(known[key]) === JSON.stringify(value));
}

async function send() {
  while (Object.keys(waiting).length) {
    const sent = waiting;
    waiting = {};
    try {
      await patch(ADDRESS, sent);
      Object.assign(known, sent);
    } catch (error) {
      for (const key of Object.keys(sent)) if (!(key in waiting)) change(key, known[key]);
      say({ text: `${translate("Your choice was not kept.")} ${error.message}`, kind: "error", subject: "preferences", action: error.wayOut });
    }
  }
  sending = null;
}

function change(key, value) {
  values[key] = value;
  announce(key, value);
}

function announce(key, value) {
  document.dispatchEvent(new CustomEvent("preferencechange", { detail: { key, value } }));
}

function visitors(key) {
  try {
    return JSON.parse(remembered(`preference_${key}`)) ?? undefined;
  } catch {
    return undefined;
  }
}
