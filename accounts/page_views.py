"""Counts which pages people open, for reports of what is used (S237): first-party, and by opt-out.

Once a person, page and hour. What a browser says (Do Not Track, Global Privacy Control) and what
the person chose are honoured; visitors, staff and who looks as somebody else are not counted.
"""

import logging
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import MiddlewareNotUsed
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.timezone import now

from accounts.context_processors import preferences_of
from accounts.models import PageView, Preference
from accounts.unasked import WITHOUT_DATABASE

MOST, LONGEST = 100, 60.0  # views and seconds that a process keeps before it writes them

log = logging.getLogger(__name__)
View = tuple[UUID, str, datetime]
_waiting: dict[View, None] = {}
_since = monotonic()
_lock = Lock()


class PageViewMiddleware(MiddlewareMixin):
    def __init__(self, get_response: object) -> None:
        if not settings.PAGE_VIEW_DAYS:
            raise MiddlewareNotUsed
        super().__init__(get_response)  # type: ignore[arg-type]

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if name := _page_of(request, response):
            _keep(request, name)
        return response


def _page_of(request: HttpRequest, response: HttpResponseBase) -> str:
    """The page's name where somebody went to it, and may be counted; else empty."""
    if request.path.startswith(WITHOUT_DATABASE):
        return ""
    match = request.resolver_match
    went_there = request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "document"
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith(
        "text/html"
    )
    if not (went_there and is_page and match and match.url_name) or says_no(request):
        return ""
    user = request.user
    if not user.is_authenticated or user.is_staff or hasattr(request, "view_as"):
        return ""
    return match.url_name if preferences_of(request).get("page_views") else ""


def says_no(request: HttpRequest) -> bool:
    """What the browser was told to say to all sites."""
    return request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"


def _keep(request: HttpRequest, page: str) -> None:
    hour = now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    assert request.user.pk is not None
    with _lock:
        _waiting[request.user.pk, page[:60], hour] = None
        is_due = len(_waiting) >= MOST or monotonic() - _since > LONGEST
    if is_due:
        write()


def write() -> None:
    """What this process has counted; what is not written when it ends is lost, and no matter."""
    global _since
    with _lock:
        views = list(_waiting)
        _waiting.clear()
        _since = monotonic()
    users = {user for user, _, _ in views}
    objecting = Preference.objects.filter(user__in=users, key="page_views", value=False)
    # Who has objected since, perhaps in another process, and who is gone.
    counted = set(get_user_model().objects.filter(pk__in=users).values_list("pk", flat=True))
    counted -= set(objecting.values_list("user_id", flat=True))
    rows = [PageView(user_id=user, page=page, at=at) for user, page, at in views if user in counted]
    try:
        PageView.objects.bulk_create(rows, ignore_conflicts=True)
    except IntegrityError:  # somebody was deleted this very moment
        log.warning("Page views were lost: %s.", len(rows))
