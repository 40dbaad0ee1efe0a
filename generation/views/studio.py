"""The studio page: the form, drawn from the models' contracts, and the feed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from generation import remixes
from generation.contract import PRESETS
from generation.models import Image, ImageModel, Worker
from generation.models.cleaning.sizes import SIDES
from generation.queue.counting import counts_and_pause
from generation.views import card_rows, cards, disclosed, found, panel, shown, topics
from pixazo.errors import UserError
from pixazo.events import stream_token
from pixazo.prepared import Rows
from workspaces import showcase
from workspaces.access import WorkspaceRequest, membership_of, workspace_view
from workspaces.models import Draft, SavedPrompt, Style, Theme, Topic, Workspace
from workspaces.models.topic import topic_id

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
    """A workspace's page: all of its topics, or the one of `?topic=`; `?batch=` leads to a card."""
    if "batch" in request.GET:
        return redirect(_place_of(request))
    return _page(request, _topic(request), "")


@require_GET
@cache_control(private=True, no_cache=True)
@login_required
def playground(request: Any) -> HttpResponse:
    """The same over topics (C14): the one of `?topic=`, else where the person worked last."""
    if "topic" not in request.GET:
        workspace = Workspace.objects.home_of(request.user)
        topic = workspace.topics.living().in_order().first() or workspace.default_topic
        query = request.GET.copy()
        query["topic"] = str(topic.pk)
        return redirect(f"{request.path}?{query.urlencode()}")
    visible = Workspace.objects.visible_to(request.user)
    found = Topic.objects.living().filter(workspace__in=visible).select_related("workspace")
    topic = get_object_or_404(found, pk=topic_id(request.GET["topic"]))
    request.membership = membership_of(request.user, topic.workspace.slug)
    if request.membership.workspace_id != topic.workspace_id:
        raise Http404  # its address is hidden by one's own workspace of the same name
    request.workspace = topic.workspace
    request.workspace.note_use(request.user)
    return _page(request, topic, "playground")


def _page(request: WorkspaceRequest, topic: Topic | None, here: str) -> HttpResponse:
    before = _before(request)
    models = panel.usable_models(request.user)
    listed = topics.listed(request)
    written_in = topic or _oldest(request.workspace, listed)
    context = {
        "workspace": request.workspace,
        "here": topics.here_of(request, here),
        "topic": topic,
        "topic_pk": topic.pk if topic else None,
        "draft": Draft.objects.of(written_in, request.user),
        "draft_topic": written_in,
        **listed,
        "page": cards.page(request, before, topic),
        "before": before,
        "makers": panel.by_maker(models),
        "model": models[0] if models else None,
        "contracts": panel.contracts(models, request.user),
        "recent": panel.recent(models, request.user),
        "styles": _styles(request),
        "themes": _themes(request),
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
    topic = _topic(request)
    context = {
        "workspace": request.workspace,
        "here": topics.here_of(request, request.GET.get("here", "")),
        "topic": topic,
        "page": cards.page(request, _before(request), topic),
    }
    return render(request, "generation/_feed.html", context)


@require_GET
@workspace_view
def now(request: WorkspaceRequest) -> HttpResponse:
    """What the page says about this moment: units left, workers; and that somebody may do more or
    less than when it was built, which `?drew=` tells: 1 with a form, 0 without."""
    drew, may = request.GET.get("drew"), request.membership.may_generate()
    changed = {"role_changed": drew in {"0", "1"} and (drew == "1") != may}
    context = {"workspace": request.workspace} | _site(request) | changed
    return render(request, "generation/_now.html", context)


@require_GET
@workspace_view
def choices(request: WorkspaceRequest) -> HttpResponse:
    """Styles and themes to choose from, as they are by now."""
    styles, themes = _styles(request), _themes(request)
    context = {"workspace": request.workspace, "styles": styles, "themes": themes}
    return render(request, "generation/_choices.html", context)


def _styles(request: WorkspaceRequest) -> Sequence[Style]:
    """With `held`, what choosing each fills into the form, as JSON."""
    styles = _STYLES(workspace=request.workspace.pk, user=request.user.pk)
    for style in styles:
        style.held = json.dumps(style.settings)
    return styles


def _themes(request: WorkspaceRequest) -> Sequence[Theme]:
    return _THEMES(workspace=request.workspace.pk, user=request.user.pk)


def _oldest(workspace: Workspace, listed: Mapping[str, Any]) -> Topic:
    """Its default topic, among those that are listed where that is all of them."""
    if listed["more_topics"] or not listed["topics"]:
        return workspace.default_topic
    oldest: Topic = min(listed["topics"], key=lambda topic: (topic.created, topic.pk))
    return oldest


def _examples() -> list[dict[str, str | None]]:
    """Each with its picture, where the starter model has drawn one for the public pages."""
    drawn = {picture.prompt: picture.file for picture in showcase.pictures()}
    return [
        {"prompt": prompt, "style": style, "file": drawn.get(prompt)} for prompt, style in EXAMPLES
    ]


def _site(request: WorkspaceRequest) -> dict[str, Any]:
    """Who is there to draw, with which model in memory, how much is in the queue, and whether one's
    own is paused."""
    workers = _WORKERS()
    slugs = {slug for worker in workers for slug in worker.loaded_models or [worker.loaded_model]}
    loaded = ImageModel.objects.filter(slug__in=slugs) if any(slugs) else ()
    queue_counts, is_paused = counts_and_pause(request.user)
    return {
        "workers": [worker for worker in workers if worker.draws],
        "calls": sum(not worker.draws for worker in workers),
        "loaded": [model.name for model in loaded],
        "may_generate": request.membership.may_generate(),
        "queue_counts": queue_counts,
        "paused": is_paused,
    }


def _start(request: WorkspaceRequest) -> dict[str, Any] | None:
    """The picture that `?start=` names, for the form to begin with; None where there is none."""
    picture = _named(request, "start")
    return shown.image(picture) if picture else None


def _reuse(request: WorkspaceRequest) -> dict[str, Any] | None:
    """What the form begins with: the settings and the seed of the picture that `?reuse=` names,
    the prompt that `?saved=` does, or what somebody shared for others to begin with."""
    if word := request.GET.get("remix"):
        shared = remixes.picture_of(word, request.user)
        return disclosed.settings_to_remix(shared) | {"remix_of": word} if shared else None
    if pk := _id(request, "saved"):
        rows = SavedPrompt.objects.usable_in(request.workspace, request.user)
        row: SavedPrompt | None = rows.filter(pk=pk).first()
        return row.settings if row else None
    picture = _named(request, "reuse")
    if picture is None:
        return None
    settings: dict[str, Any] = json.loads(cards.settings_of(picture.job.batch))
    return settings | {"seed": picture.job.seed}


def _named(request: WorkspaceRequest, name: str) -> Image | None:
    if not (pk := _id(request, name)):
        return None
    picture: Image | None = found.images(request).visible().filter(pk=pk).first()
    return picture


def _id(request: WorkspaceRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _topic(request: WorkspaceRequest) -> Topic | None:
    """The one of `?topic=`; 404 where it is not in this workspace, or in the trash."""
    if not (given := request.GET.get("topic")):
        return None
    return get_object_or_404(request.workspace.topics.living(), pk=topic_id(given))


def _place_of(request: WorkspaceRequest) -> str:
    """Where in the feed the card is that `?batch=` names; 404 where it is nowhere."""
    rows = found.batches(request).visible().select_related("topic")
    batch = get_object_or_404(rows, pk=_id(request, "batch"))
    query = {} if batch.topic.deleted else {"topic": str(batch.topic_id)}
    newer = found.batches(request).visible().filter(pk__gt=batch.pk)
    if query:
        newer = newer.filter(topic=batch.topic)
    counts = list(newer.order_by("-pk").values_list("count", flat=True)[: card_rows.NEWEST])
    if cards.first_of([*counts, batch.count]) <= len(counts):
        query["before"] = str(UUID(int=batch.pk.int + 1))  # with it as the newest
    return f"{request.workspace.get_absolute_url()}?{urlencode(query)}#batch-{batch.pk}"


def _before(request: WorkspaceRequest) -> UUID | None:
    before = request.GET.get("before")
    if not before:
        return None
    try:
        return UUID(before)
    except ValueError:
        raise UserError(_("This address has no place in the feed."), code="invalid") from None


_WORKERS: Rows[Worker] = Rows(lambda: Worker.objects.alive().order_by("name"), planned_once=True)
_STYLES: Rows[Style] = Rows(Style.objects.usable_in, planned_once=True, workspace=UUID, user=UUID)
_THEMES: Rows[Theme] = Rows(Theme.objects.usable_in, planned_once=True, workspace=UUID, user=UUID)
