"""What the studio's doors answer when they have accepted a request."""

import json

from django.http import HttpResponse
from django.shortcuts import redirect, render

from generation.models import Batch
from generation.views import cards
from pixazo.texts.kept import shown
from workspaces.access import WorkspaceRequest
from workspaces.models.topic import topic_id


def accepted(request: WorkspaceRequest, *batches: Batch) -> HttpResponse:
    """201 with the new cards; what the contract changed is in the header, as a JSON list."""
    if request.headers.get("X-Requested-With") != "fetch":
        # Sent before the page's scripts had loaded, or from a page of its own.
        return redirect(f"{request.workspace.get_absolute_url()}{_topic(request)}")
    found = cards.some(request, [batch.pk for batch in batches])
    context = {"workspace": request.workspace, "cards": found}
    response = render(request, "generation/_batches.html", context, status=201)
    said = dict.fromkeys(sentence for batch in batches for sentence in batch.corrections)
    response["X-Corrections"] = json.dumps([shown(sentence) for sentence in said])
    return response


def _topic(request: WorkspaceRequest) -> str:
    """Back to the topic that the form was in."""
    topic = topic_id(request.POST.get("topic", ""))
    return f"?topic={topic}" if topic else ""
