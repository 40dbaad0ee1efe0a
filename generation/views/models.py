"""The catalogue as a person sees it: what can draw here, and within which limits (S097)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from generation import estimate
from generation.views import panel


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    context = {
        "makers": panel.by_maker(panel.usable_models(request.user)),
        "accuracy": estimate.accuracy(),
    }
    return render(request, "generation/models.html", context)
