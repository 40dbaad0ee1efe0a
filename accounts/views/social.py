"""The way to another site that people sign in with."""

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pixazo.errors import UserError


@require_POST
@never_cache
def leave(request: HttpRequest, service: str) -> HttpResponse:
    """A page that goes on by itself: a form may lead nowhere else, its own redirect neither."""
    provider = get_adapter().get_provider(request, service)
    known = request.user.is_authenticated
    process = AuthProcess.CONNECT if known else AuthProcess.LOGIN
    try:
        way = provider.redirect(request, process, get_next_redirect_url(request))
    except OSError:  # of whichever kind: it is asked where its pages are
        raise UserError(
            _("%(service)s can't be reached at present.") % {"service": provider.name},
            code="service",
            status=502,
        ) from None
    context = {"to": way.url, "service": provider.name}
    return render(request, "socialaccount/leaving.html", context)
