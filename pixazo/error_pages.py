"""Error answers outside any view: a page for people, JSON for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def wants_json(request: HttpRequest) -> bool:
    """True for the API and for the page's own fetches, which ask for JSON."""
    return request.path.startswith(("/api/", "/v1/")) or "application/json" in request.headers.get(
        "Accept", ""
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, "not_found", "There is nothing here, or it isn't yours.")


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "refused", "This is not open to your account.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "server_error", "Something broke on our side. It has been noted.")


def _answer(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": {"code": code, "message": sentence}}, status=status)
    return render(request, "error.html", {"status": status, "sentence": sentence}, status=status)
