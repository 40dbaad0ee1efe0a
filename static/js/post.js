/** How the page talks to its own doors: one POST, answered with a fragment or with a sentence. */
import { translate } from "./texts.js";

/** A refusal or a failure in words that a person may read. */
export class Refusal extends Error {
  constructor(sentence, { code = "", fields = {}, status = 0 } = {}) {
    super(sentence);
    Object.assign(this, { code, fields, status });
  }

  /** As a toast shows it, with its code for whoever is asked for help. */
  get toast() {
    return { text: this.message, kind: "error", code: this.code, action: this.wayOut };
  }

  /** What helps besides trying again, as a toast's action. The page itself leads to the sign-in and back. */
  get wayOut() {
    if (this.code === "signed_out") return { label: translate("Sign in"), href: location.href };
    if (this.code === "stale") return { label: translate("Reload"), href: location.href };
    if (this.code === "out_of_units" || this.code === "storage_full") return { label: translate("Your plan"), href: more() };
    return undefined;
  }
}

/** Where there is more to be had: the studio's page knows whether plans are sold here. */
function more() {
  return document.querySelector("[data-more-units]")?.href ?? "/account/units/";
}

/** Fetch a fragment's text; throws a `Refusal` whatever went wrong. */
export async function ask(url, options = {}) {
  const response = await reach(url, options);
  if (response.ok) return response;
  throw await refusalOf(response);
}

export function post(url, body = new FormData(), headers = {}, options = {}) {
  return ask(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), ...headers }, ...options });
}

/** Change some values by JSON; finishes also when the page is being left. */
export function patch(url, values) {
  const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json", Accept: "application/json" };
  return ask(url, { method: "PATCH", body: JSON.stringify(values), headers, keepalive: true });
}

/** Take away what is there. */
export function erase(url) {
  return ask(url, { method: "DELETE", headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" } });
}

async function reach(url, options) {
  try {
    return await fetch(url, {
      ...options,
      // The doors send a person whose session has ended to the sign-in page: not to be followed here.
      redirect: "manual",
      headers: { Accept: "text/html, application/json", "X-Requested-With": "fetch", ...options.headers },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(translate("The site can't be reached. Nothing is lost; try again when you are back online."), { code: "offline" });
  }
}

async function refusalOf(response) {
  if (response.type === "opaqueredirect" || response.status === 401) {
    return new Refusal(translate("You have been signed out. Sign in again; what you wrote stays here."), { code: "signed_out", status: 401 });
  }
  const status = response.status;
  const error = await response.json().then((body) => body.error, () => null);
  if (error?.message) return new Refusal(error.message, { code: error.code, fields: error.fields ?? {}, status });
  if (status === 403) return new Refusal(translate("This page is out of date. Reload it and try again."), { code: "stale", status });
  return new Refusal(translate("Something broke on our side. It has been noted; try again in a moment."), { code: `http_${status}`, status });
}

/** From the cookie and not from the page: signing in again in another tab changes it. */
export function csrfToken() {
  const [, token = ""] = document.cookie.match(/(?:^|; )__Host-csrftoken=([^;]+)/) // over HTTPS
    ?? document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) ?? [];
  return token;
}
