"""Every refusal and failure outside a view: a page for people, JSON for programs.

A page says the cause, the next step and a way back. None asks the database, the session or who it
is that reads: these may be what has failed.
"""

import errno
import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pixazo.errors import UserError
from pixazo.openai_form import errors as openai_form
from pixazo.problems import told
from pixazo.stored import Away
from pixazo.theme import from_cookie
from pixazo.watching.counters import note_refusal

log = logging.getLogger(__name__)

# What django-allauth counts is counted by the minute (a test holds it to that).
RATE_SECONDS = 60
# Of a disk that takes nothing more.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
NEXT = {
    400: gettext_lazy("Nothing was changed. Go back, reload the page and try again."),
    403: gettext_lazy("If you expected to get in, look whether you are signed in as who you mean."),
    404: gettext_lazy("It may have been deleted, or the address has a slip in it."),
    405: gettext_lazy("Nothing was changed. Go back and use the button on the page."),
    413: gettext_lazy("Nothing was changed. Send something smaller, or fewer files at once."),
    429: gettext_lazy("Nothing was changed, and nothing is locked."),
}
REFUSED = gettext_lazy("Nothing was changed.")
BROKEN = gettext_lazy(
    "Your pictures and settings are safe. Trying again in a moment usually helps."
)


def wants_json(request: HttpRequest) -> bool:
    """True for the API and for the page's own fetches, which ask for JSON."""
    return request.path.startswith(("/api/", "/v1/")) or "application/json" in request.headers.get(
        "Accept", ""
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    sentence = _("The site could not make sense of this request.")
    return answer(request, UserError(sentence, code="bad_request", status=400))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    sentence = _("This is not open to your account.")
    return answer(request, UserError(sentence, code="refused", status=403))


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token (Django's CSRF_FAILURE_VIEW)."""
    log.info("%s: %s", request.path, reason)
    sentence = _("This page is out of date. Reload it and try again.")
    next_step = _(
        "You have signed in or out since it was opened, or cookies are switched off."
        " Nothing was changed."
    )
    return answer(request, UserError(sentence, code="stale", status=403), next_step)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    sentence = _("There is nothing here, or it isn't yours.")
    return answer(request, UserError(sentence, code="not_found", status=404))


def not_visited(request: HttpRequest) -> HttpResponse:
    """Somebody opened an address that only takes forms."""
    sentence = _("This address is for a button, not for a visit.")
    return answer(request, UserError(sentence, code="method_not_allowed", status=405))


def too_large(request: HttpRequest) -> HttpResponse:
    sentence = _("The request is too large.")
    return answer(request, UserError(sentence, code="too_large", status=413))


def too_often(request: HttpRequest) -> HttpResponse:
    """From django-allauth, where it counts attempts to sign in, sign up and the like."""
    sentence = _("That was too often in a short time.")
    error = UserError(sentence, code="rate_limited", status=429, retry_after=RATE_SECONDS)
    return answer(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    if _may_pass(sys.exc_info()[1]):
        return unavailable(request)
    sentence = _("Something broke on our side. It has been noted.")
    return answer(request, UserError(sentence, code="server_error", status=500))


def _may_pass(error: BaseException | None) -> bool:
    is_the_disk = isinstance(error, OSError) and (error.errno in FULL or isinstance(error, Away))
    return is_the_disk or isinstance(error, OperationalError | InterfaceError)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database or the disk is away or busy: nothing was changed, and soon it may work again."""
    sentence = _("The site is busy or being mended. Please try again in a few seconds.")
    error = UserError(sentence, code="unavailable", status=503)
    return answer(request, error)


def answer(request: HttpRequest, error: UserError, next_step: str = "") -> HttpResponse:
    """What a `UserError` is to whoever asked."""
    response: HttpResponse
    if openai_form.is_spoken(request):
        response = openai_form.refusal(error)
    elif wants_json(request):
        body, kind = told(request, error)
        response = JsonResponse(body, status=error.status, content_type=kind)
    else:
        note_refusal(error.code)
        page = render_to_string("error.html", _page(request, error, next_step))
        response = HttpResponse(page, status=error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, error: UserError, next_step: str) -> dict[str, object]:
    is_broken = error.status >= 500
    view_as = getattr(request, "view_as", None)  # staff who look as somebody else, and get out here
    may_repeat = request.method in {"GET", "HEAD"} and (is_broken or error.retry_after)
    return {
        "status": error.status,
        "sentence": error.sentence,
        "next_step": next_step or NEXT.get(error.status, BROKEN if is_broken else REFUSED),
        "when": _when(error.retry_after) if error.retry_after and not is_broken else "",
        "again": request.get_full_path() if may_repeat else "",
        "back": _page_before(request),
        "is_broken": is_broken,
        "request_id": getattr(request, "request_id", ""),
        # Not of one that can't be answered at present either, nor of the form itself.
        "here": "" if error.status == 503 or request.path.startswith("/help/") else request.path,
        "theme": from_cookie(request),
        "view_as": view_as,
        "csrf_token": get_token(request) if view_as else "",
    }


def _when(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if minutes < 60:
        sentence = ngettext(
            "You can try again in %(count)s minute.",
            "You can try again in %(count)s minutes.",
            minutes,
        )
        return sentence % {"count": minutes}
    hours = -(-minutes // 60)
    sentence = ngettext(
        "You can try again in about %(count)s hour.",
        "You can try again in about %(count)s hours.",
        hours,
    )
    return sentence % {"count": hours}


def _page_before(request: HttpRequest) -> str:
    """The page of this site that led here, if one did and is not this one."""
    before = request.META.get("HTTP_REFERER", "")
    here = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}"
    if not before.startswith(f"{here}/") or before == f"{here}{request.get_full_path()}":
        return ""
    path = before.removeprefix(here)
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""
