"""Where a person is signed in: known by device and last use, ended one by one or all but this one.

A session ends 30 days after its last use and 90 days after its sign-in, whichever is first.
"""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.core.exceptions import MiddlewareNotUsed
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from accounts.models import User
from accounts.unasked import WITHOUT_DATABASE
from pixazo.events import end_listening

RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES
BEGAN, SEEN = "began", "seen"  # in the session, seconds
SEEN_SECONDS = 10 * 60  # one note of a use in so long: not a write for each page


class SessionsMiddleware:
    """Ends a session that has lasted long enough, and notes now and then that it is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.SOLO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_one = settings.SESSION_COOKIE_NAME in request.COOKIES
        if (
            has_one
            and not request.path.startswith(WITHOUT_DATABASE)
            and request.user.is_authenticated
        ):
            _look_at(request)
        return self.get_response(request)


def _look_at(request: HttpRequest) -> None:
    moment, session = time.time(), request.session
    began = session.setdefault(BEGAN, moment)
    if moment - began > settings.SESSION_LONGEST_AGE:
        logout(request)
    elif moment - session.get(SEEN, 0) > SEEN_SECONDS:
        session[SEEN] = moment  # saved anew, so its 30 days begin anew
        UserSession.objects.create_from_request(request)


@receiver(user_logged_in)
def _begin(request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = time.time()


@receiver(user_logged_out)
def _fall_silent(user: User | None, **kwargs: Any) -> None:
    """Open pages hear nothing more; those of other devices ask again by themselves."""
    if user is not None:
        end_listening(user.channel, user.channel)


@receiver([password_changed, password_set, password_reset])
def _begin_anew(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Django no longer takes them; here they also go, from the list and from the open pages."""
    end_sessions(user, open_sessions(user).exclude(session_key=request.session.session_key))


@receiver(authenticator_added)
def _ask_all_for_it(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Whoever is in elsewhere was let in before there was a second factor to ask for."""
    factors = Authenticator.objects.filter(user=user).exclude(type=RECOVERY_CODES)
    if authenticator.type != RECOVERY_CODES and factors.count() == 1:
        end_sessions(user, open_sessions(user).exclude(session_key=request.session.session_key))


@receiver(post_save, sender=User)
def _close(instance: User, **kwargs: Any) -> None:
    if not instance.is_active:
        end_sessions(instance, open_sessions(instance))


def open_sessions(user: User) -> QuerySet[UserSession]:
    """Those that still open the site, the last used first."""
    alive = Session.objects.filter(expire_date__gt=now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at")


def end_sessions(user: User, sessions: QuerySet[UserSession]) -> int:
    """How many were ended; their open pages hear nothing more either."""
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        end_listening(user.channel, user.channel)
    return len(keys)
