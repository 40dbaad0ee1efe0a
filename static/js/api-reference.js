/** The OpenAPI document as a page to read and try, drawn by Swagger UI as whoever is signed in. */

import { csrfToken } from "./post.js";

const page = document.documentElement;
const wantsDark = globalThis.matchMedia("(prefers-color-scheme: dark)");

class ApiReference extends HTMLElement {
  connectedCallback() {
    const place = document.createElement("div");
    this.replaceChildren(place);
    paint();
    wantsDark.addEventListener("change", paint);
    new MutationObserver(paint).observe(page, { attributeFilter: ["data-bs-theme"] });
    globalThis.SwaggerUIBundle({
      url: this.getAttribute("document"),
      domNode: place,
      deepLinking: true,
      docExpansion: "none",
      defaultModelsExpandDepth: 0,
      filter: true,
      validatorUrl: null, // nothing of this goes elsewhere
      requestInterceptor: withToken,
    });
  }
}

/** Swagger UI goes by a class of the page. */
function paint() {
  const theme = page.dataset.bsTheme;
  page.classList.toggle("dark-mode", theme === "dark" || (theme === "system" && wantsDark.matches));
}

/** What writes with the page's cookie needs its CSRF token; an API key does not mind. */
function withToken(request) {
  request.headers = { ...request.headers, "X-CSRFToken": csrfToken() };
  return request;
}

customElements.define("api-reference", ApiReference);
