"""robots.txt, sitemap.xml, the web manifest, and the icon where it is looked for unasked."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pixazo.public.legal import DOCUMENTS
from pixazo.public.seo import NAME, absolute

# What belongs to people, and what is for programs. That nobody gets in is seen to elsewhere.
CLOSED = ("/account/", "/admin/", "/api/", "/billing/", "/events/", "/generated/", "/start/", "/w/")
DAY = 24 * 3600


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A single-user site is nobody else's business."""
    closed = ("/",) if settings.SOLO else CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.SOLO:
        lines += [
            f"Allow: {reverse('account_signup')}",
            "",
            f"Sitemap: {absolute(reverse('sitemap'))}",
        ]
    return _kept(HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that is the same for every visitor."""
    paths = [
        reverse(name) for name in ("home", "pricing", "models", "check", "status", "account_signup")
    ]
    paths += [reverse("legal", args=[name]) for name in DOCUMENTS]
    context = {"addresses": [absolute(path) for path in paths]}
    return _kept(
        render(request, "sitemap.xml", context, content_type="application/xml; charset=utf-8")
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Readers of feeds, chats that preview a link and older browsers ask for it by this name."""
    return _kept(redirect(static("icons/192.png")))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """For phones that put the site on their screen. Its icons have hashed names, so it is made."""
    return _kept(
        JsonResponse(
            {
                "name": NAME,
                "short_name": NAME,
                "description": _("A place to make pictures from words"),
                "id": "/",
                "start_url": reverse("start"),
                "display": "standalone",
                "background_color": "#0e0e10",
                "theme_color": "#161618",
                "icons": [
                    _icon("favicon.svg", "any", "image/svg+xml"),
                    _icon("icons/192.png", "192x192"),
                    _icon("icons/512.png", "512x512"),
                    _icon("icons/maskable.png", "512x512", purpose="maskable"),
                ],
            },
            content_type="application/manifest+json",
        )
    )


def _icon(file: str, sizes: str, kind: str = "image/png", **more: str) -> dict[str, str]:
    return {"src": static(file), "sizes": sizes, "type": kind, **more}


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
