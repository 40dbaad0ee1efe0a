/** Asks by a form of its own, so that the browser saves what comes. */
export function download(address, fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.hidden = true;
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  for (const [name, value] of [...fields, ["csrfmiddlewaretoken", token]]) {
    const field = form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name, value });
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
