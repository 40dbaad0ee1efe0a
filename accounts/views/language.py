"""Chooses the language, with or without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.language import keep
from accounts.models import Preference
from pixazo.errors import UserError


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice, in this browser and for the person, and go back to where it was made."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise UserError(_("The site does not speak this language."), code="invalid")
    if request.user.is_authenticated:
        Preference.objects.remember(request.user, {"language": language})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    keep(response, language)
    return response
