"""The catalogue as a person sees it: what can draw here, and within which limits (S097)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from generation.models import ImageModel


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    rows = ImageModel.objects.available().order_by("trouble", "position", "name")
    return render(request, "generation/models.html", {"models": rows})
