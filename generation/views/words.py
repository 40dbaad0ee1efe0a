"""What the prompt bar completes: `GET /w/<slug>/words/`, styles, lists and words used of late."""

import re
from collections import Counter

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from generation.models import Batch
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.library.shadows import meant
from workspaces.models import Style, WordList

BATCHES, PHRASES = 100, 60
SAMPLE = 40  # characters of a list's lines
LONGEST = 60  # characters of a phrase that is worth completing


@require_GET
@workspace_view
def words(request: WorkspaceRequest) -> HttpResponse:
    here = request.workspace, request.user
    styles = Style.objects.usable_in(*here).values_list("pk", "name")
    lists = meant(WordList.objects.usable_in(*here).defer("lines"))
    return JsonResponse(
        {
            "styles": [{"id": str(pk), "name": name} for pk, name in styles],
            "lists": [
                {"name": name, "count": each.count, "sample": each.sample[:SAMPLE]}
                for name, each in sorted(lists.items())
            ],
            "recent": _recent(request),
        }
    )


def _recent(request: WorkspaceRequest) -> list[str]:
    """The phrases of one's own latest prompts here, most used first."""
    mine = Batch.objects.filter(workspace=request.workspace, author=request.user)
    prompts = mine.order_by("-id").values_list("template__prompt", "prompt")[:BATCHES]
    phrases: Counter[str] = Counter()
    for written, prompt in prompts:
        phrases.update(dict.fromkeys(_phrases(written or prompt), 1))
    return [phrase for phrase, _ in phrases.most_common(PHRASES)]


def _phrases(prompt: str) -> list[str]:
    parts = (part.strip() for part in re.split(r"[,.;|{}\n]", prompt))
    return [part for part in parts if 2 < len(part) <= LONGEST and "__" not in part]
