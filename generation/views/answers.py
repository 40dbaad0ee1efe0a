"""What the studio's doors answer when they have accepted a request."""

import json

from django.http import HttpResponse
from django.shortcuts import redirect, render

from generation.models import Batch
from generation.views import cards
from workspaces.access import WorkspaceRequest


def accepted(request: WorkspaceRequest, batch: Batch) -> HttpResponse:
    """201 with the new card; what the contract changed is in the header, as a JSON list."""
    if request.headers.get("X-Requested-With") != "fetch":
        # Sent before the page's scripts had loaded, or from a page of its own.
        return redirect(request.workspace)
    context = {"workspace": request.workspace, "card": cards.card(request, batch.pk)}
    response = render(request, "generation/_batch.html", context, status=201)
    response["X-Corrections"] = json.dumps(batch.corrections)
    return response
