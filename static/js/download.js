import { csrfToken } from "./post.js";

/** Asks by a form of its own, so that the browser saves what comes. */
export function download(address, fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.hidden = true;
  for (const [name, value] of [...fields, ["csrfmiddlewaretoken", csrfToken()]]) {
    const field = form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name, value });
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
