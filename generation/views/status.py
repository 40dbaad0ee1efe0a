"""The public status page, and the same for programs. Both answer without the database."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from generation import site_status
from pixazo.error_pages import wants_json
from pixazo.public.seo import Page
from pixazo.theme import from_cookie

PAGE = Page(
    gettext_lazy("Status"), gettext_lazy("What works here at this moment, and what does not.")
)


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    told = site_status.now_told()
    if wants_json(request):
        return _fresh(JsonResponse(told.as_dict()))
    context = {"seo": PAGE, "told": told, "theme": from_cookie(request)}
    # Without its database the site doesn't know who reads, and must not ask.
    reader = request if told.has_database else None
    return _fresh(HttpResponse(render_to_string("generation/status.html", context, reader)))


@require_safe
def status_json(request: HttpRequest) -> HttpResponse:
    return _fresh(JsonResponse(site_status.now_told().as_dict()))


def _fresh(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
