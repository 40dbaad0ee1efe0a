"""Says why somebody is asked to sign in before they go on; afterwards they are where they wanted
to be."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise

View = Callable[..., HttpResponseBase]


def signed_in_to(sentence: str | Promise) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        guarded = login_required(view)

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                messages.info(request, str(sentence))
            return guarded(request, *args, **kwargs)

        return inner

    return decorate
