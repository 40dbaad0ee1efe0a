"""Error answers outside any view: a page for people, JSON for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

RETRY_SECONDS = 5


def wants_json(request: HttpRequest) -> bool:
    """True for the API and for the page's own fetches, which ask for JSON."""
    return request.path.startswith(("/api/", "/v1/")) or "application/json" in request.headers.get(
        "Accept", ""
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, "not_found", _("There is nothing here, or it isn't yours."))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "refused", _("This is not open to your account."))


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 500, "server_error", _("Something broke on our side. It has been noted.")
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away or busy: nothing was changed, and soon it may work again."""
    sentence = _("The site is busy or being mended. Please try again in a few seconds.")
    answer = _answer(request, 503, "unavailable", sentence)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _answer(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": {"code": code, "message": sentence}}, status=status)
    return render(request, "error.html", {"status": status, "sentence": sentence}, status=status)
