/** The browser's own notifications: whether this one shows any, and showing one. */
import { translate } from "./texts.js";

/** "unknown" (here there are none), "insecure", "default" (never asked), "granted" or "denied". */
export function permission() {
  if (!globalThis.isSecureContext) return "insecure";
  return globalThis.Notification?.permission ?? "unknown";
}

/** What to say about it, honestly. */
export function explained(state, isWanted) {
  if (state === "unknown") return translate("This browser shows no notifications of pages.");
  if (state === "insecure") return translate("Browsers show notifications only of sites that are reached over https.");
  if (state === "denied") return translate("This browser refuses notifications of this site. Allow them in its settings for this site, then press again.");
  if (state === "granted") return isWanted ? translate("This browser shows them.") : "";
  return isWanted ? translate("Switched on, but this browser has not been asked yet.") : translate("The browser will ask you first.");
}

/** Show one; false where the browser won't. `tag`: a newer one of it replaces the older. */
export function notify(title, { body = "", tag = "" } = {}) {
  if (permission() !== "granted") return false;
  try {
    const notice = new Notification(title, { body, tag, icon: document.querySelector("link[rel=icon]")?.href });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return true;
  } catch {
    return false; // Chrome on Android leaves them to installed apps.
  }
}
