"""The studio page: the form, drawn from the models' contracts, and the feed."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from generation.contract import PRESETS
from generation.models import Image, ImageModel, Pause, Worker
from generation.models.cleaning.sizes import SIDES
from generation.views import cards, found, panel, shown
from pixazo.errors import UserError
from pixazo.events import stream_token
from workspaces import showcase
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Style, Theme

# First prompts that suit the starter model's little world: prompt and style.
EXAMPLES = (
    ("a red house under a full moon, night, watercolour", "Watercolour"),
    ("a white boat on the sea at sunset, flat", "Flat colours"),
    ("a purple castle in front of a forest at night, pixel art", "Pixel art"),
)


@require_GET
@cache_control(private=True, no_cache=True)
@workspace_view
def studio(request: WorkspaceRequest) -> HttpResponse:
    before = _before(request)
    models = panel.usable_models(request.user)
    context = {
        "workspace": request.workspace,
        "page": cards.page(request, before),
        "before": before,
        "makers": panel.by_maker(models),
        "model": models[0] if models else None,
        "contracts": panel.contracts(models, request.user),
        "recent": panel.recent(models, request.user),
        "styles": _styles(request),
        "themes": Theme.objects.usable_in(request.workspace, request.user),
        "start": _start(request),
        "reuse": _reuse(request),
        "ratios": PRESETS,
        "sides": SIDES,
        "examples": _examples(),
        "token": stream_token(request.workspace.channel, request.user.channel),
        **_site(request),
    }
    return render(request, "generation/studio.html", context)


@require_GET
@workspace_view
def feed(request: WorkspaceRequest) -> HttpResponse:
    """Cards, the newest or those older than `?before=`, and the link to what is older still."""
    context = {"workspace": request.workspace, "page": cards.page(request, _before(request))}
    return render(request, "generation/_feed.html", context)


@require_GET
@workspace_view
def now(request: WorkspaceRequest) -> HttpResponse:
    """What the page says about this moment: units left, workers."""
    return render(request, "generation/_now.html", _site(request))


def _styles(request: WorkspaceRequest) -> list[Style]:
    """With `held`, what choosing each fills into the form, as JSON."""
    styles = list(Style.objects.usable_in(request.workspace, request.user))
    for style in styles:
        style.held = json.dumps(style.settings)
    return styles


def _examples() -> list[dict[str, str | None]]:
    """Each with its picture, where the starter model has drawn one for the public pages."""
    drawn = {picture.prompt: picture.file for picture in showcase.pictures()}
    return [
        {"prompt": prompt, "style": style, "file": drawn.get(prompt)} for prompt, style in EXAMPLES
    ]


def _site(request: WorkspaceRequest) -> dict[str, Any]:
    """Who is there to draw, with which model in memory, and whether one's own queue is paused."""
    workers = list(Worker.objects.alive().order_by("name"))
    slugs = {slug for worker in workers for slug in worker.loaded_models or [worker.loaded_model]}
    loaded = ImageModel.objects.filter(slug__in=slugs) if any(slugs) else ()
    return {
        "workers": [worker for worker in workers if worker.draws],
        "calls": sum(not worker.draws for worker in workers),
        "loaded": [model.name for model in loaded],
        "may_generate": request.membership.may_generate(),
        "paused": Pause.objects.filter(user=request.user).exists(),
    }


def _start(request: WorkspaceRequest) -> dict[str, Any] | None:
    """The picture that `?start=` names, for the form to begin with; None where there is none."""
    picture = _named(request, "start")
    return shown.image(picture) if picture else None


def _reuse(request: WorkspaceRequest) -> dict[str, Any] | None:
    """The settings and the seed of the picture that `?reuse=` names."""
    picture = _named(request, "reuse")
    if picture is None:
        return None
    settings: dict[str, Any] = json.loads(cards.settings_of(picture.job.batch))
    return settings | {"seed": picture.job.seed}


def _named(request: WorkspaceRequest, name: str) -> Image | None:
    if not (given := request.GET.get(name)):
        return None
    try:
        pk = UUID(given)
    except ValueError:
        return None
    picture: Image | None = found.images(request).visible().filter(pk=pk).first()
    return picture


def _before(request: WorkspaceRequest) -> UUID | None:
    before = request.GET.get("before")
    if not before:
        return None
    try:
        return UUID(before)
    except ValueError:
        raise UserError("This address has no place in the feed.", code="invalid") from None
