"""The page where a person says how they like the site; its scripts keep each choice at once."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
@login_required
def own_preferences(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/preferences.html")
