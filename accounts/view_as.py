"""Staff see the site as a person sees it, and can change nothing meanwhile.

Their session stays their own and bears whom they look over the shoulder of; this middleware has
each page drawn for that person. What a person keeps to themselves (password, addresses, keys,
payments) is closed, whatever sends a change is refused, and it ends by itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import StaffAct, User
from accounts.unasked import WITHOUT_DATABASE
from pixazo.error_pages import answer
from pixazo.errors import UserError
from pixazo.events import bounded, end_listening

KEY = "view_as"  # of the session
LASTS = timedelta(minutes=30)
PERMISSION = "accounts.view_as_person"
BEGAN = gettext_noop("Looked at the site as you see it, for 30 minutes at most.")
ENDED = gettext_noop("Stopped looking at the site as you see it.")
STAYS_STAFF = "/admin/"  # there they are themselves
CLOSED = ("/account/", "/billing/", "/archives/")
# By its address whoever has a share link may look: staff need not have it (S061). That of a webhook
# may be a secret itself.
CLOSED_NAMES = {"image_share", "api_links", "api_webhook", "api_webhook_deliveries"}
# Of what is closed: what shows only what staff's own pages show, too.
OPEN = {"profile", "units", "usage", "staff_acts", "notices", "view_as_end", "own_preferences"}
END = "view_as_end"
SAFE = {"GET", "HEAD", "OPTIONS"}


class CanNotView(UserError):
    code = "can_not_view"
    status = 403


class OnlyLooking(UserError):
    code = "only_looking"
    status = 403


class ViewAsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (refusal := self.process_request(request)) is not None:
            return refusal
        view: View | None = getattr(request, "view_as", None)
        if view is None:
            return self.get_response(request)
        with bounded(view.until, _channel(view.staff)):
            return self.get_response(request)

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        kept = None if request.path.startswith(WITHOUT_DATABASE) else _kept(request)
        if kept is None:
            return None
        staff = cast(User, request.user)
        person = _still(staff, kept)
        if person is None:
            _end(request, staff, kept)
            return None
        request.view_as = View(staff, person, _until(kept))  # type: ignore[attr-defined]
        if request.path.startswith(STAYS_STAFF):
            return None
        name = _name_of(request.path)
        if refusal := _refusal(request, name):
            return answer(request, OnlyLooking(str(refusal)))
        if name != END:
            _be(request, person)
        return None


class View:
    """Who looks, as whom and until when: for the bar at the top of each page."""

    def __init__(self, staff: User, person: User, until: datetime) -> None:
        self.staff, self.person, self.until = staff, person, until


def may_view(staff: Any, person: User) -> bool:
    """Never another of staff, nor somebody who could not sign in."""
    is_somebody_else = staff.pk != person.pk and not (person.is_staff or person.is_superuser)
    may = staff.is_active and staff.is_staff and staff.has_perm(PERMISSION)
    return bool(may and person.is_active and is_somebody_else)


def begin(request: HttpRequest, person: User, reason: str) -> None:
    """From the next request on. Raises `CanNotView`."""
    if not may_view(request.user, person):
        raise CanNotView(_("You can't look at the site as this person."))
    if not reason.strip():
        raise CanNotView(_("Say why: the person may read it."), status=400)
    end(request)
    act = StaffAct.objects.note(request.user, person, BEGAN, reason=reason.strip())
    assert act is not None
    until = act.created + LASTS
    request.session[KEY] = {"person": str(person.pk), "until": until.isoformat()}


def end(request: HttpRequest) -> None:
    kept = _kept(request)
    if kept is not None:
        _end(request, request.user, kept)


def _kept(request: HttpRequest) -> dict[str, str] | None:
    # Only a session that was sent: nobody's is made, and no database is asked for visitors.
    session = getattr(request, "session", None)
    if session is None or session.session_key is None:
        return None
    kept: dict[str, str] | None = session.get(KEY)
    return kept if kept and request.user.is_authenticated else None


def _until(kept: dict[str, str]) -> datetime:
    return datetime.fromisoformat(kept["until"])


def _still(staff: User, kept: dict[str, str]) -> User | None:
    if _until(kept) <= now():
        return None
    person = User.objects.filter(pk=UUID(kept["person"])).first()
    return person if person and may_view(staff, person) else None


def _end(request: HttpRequest, staff: Any, kept: dict[str, str]) -> None:
    request.session.pop(KEY, None)
    person = User.objects.filter(pk=UUID(kept["person"])).first()
    if person is not None:
        StaffAct.objects.note(staff, person, ENDED)
        # Pages that staff still have open hear nothing more; the person's own hear on.
        end_listening(_channel(staff), person.channel)


def _channel(staff: User) -> str:
    """Only in what staff may listen to while they look as somebody else."""
    return f"view_as:{staff.pk}"


def _name_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


ONLY_LOOKING = gettext_lazy(
    "You are looking at the site as somebody else, and can change nothing. Stop looking first."
)
THEIRS = gettext_lazy("This page is the person's alone. Stop looking as them to see your own.")


def _refusal(request: HttpRequest, name: str) -> Any:
    if name == END:
        return ""
    if request.method not in SAFE:
        return ONLY_LOOKING
    if (request.path.startswith(CLOSED) and name not in OPEN) or name in CLOSED_NAMES:
        return THEIRS
    return ""


def _be(request: HttpRequest, person: User) -> None:
    person.is_looked_at = True

    async def themselves() -> User:
        return person

    request.user = person
    request.auser = themselves
    # What was read for the one who is signed in.
    request.__dict__.pop("preferences", None)
