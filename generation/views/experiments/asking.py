"""A new experiment: the form, what it would make and take, and its beginning."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from billing.models import Account
from generation.experiments import create as creating
from generation.experiments.asked import Asked
from generation.experiments.place import Place
from generation.experiments.plan import Plan, plan
from generation.experiments.running import PORTION
from generation.views import panel
from generation.views.experiments import form
from generation.views.experiments.found import to_draw
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view


@require_http_methods(["GET", "POST"])
@cache_control(private=True, no_cache=True)
@workspace_view
def new(request: WorkspaceRequest) -> HttpResponse:
    """By POST with what the studio's form holds."""
    to_draw(request)
    return _page(request, form.filled(request))


@require_POST
@workspace_view
def check(request: WorkspaceRequest) -> HttpResponse:
    """What the form means: the fragment beside it, or without scripts the page with it."""
    to_draw(request)
    if request.headers.get("X-Requested-With") == "fetch":
        context = {"workspace": request.workspace, **_meaning(request)}
        return render(request, "generation/experiments/_plan.html", context)
    return _page(request, form.filled(request), **_meaning(request))


@require_POST
@workspace_view
def create(request: WorkspaceRequest) -> HttpResponse:
    to_draw(request)
    try:
        made = creating.create(_place(request), form.asked_in(request))
    except UserError as error:
        said = {"refusal": error.sentence, "fields": error.fields}
        filled = form.filled(request)
        return _page(request, filled, status=error.status, **_meaning(request) | said)
    return redirect(reverse("experiment", args=[request.workspace.slug, made.pk]))


def _page(
    request: WorkspaceRequest, known: dict[str, Any], status: int = 200, **more: Any
) -> HttpResponse:
    place = _place(request)
    model = _model(place, str(known.get("model") or ""))
    context = {
        "workspace": request.workspace,
        "known": known,
        "model": model,
        "models": place.models,
        "styles": place.styles,
        "choices": form.choices(place, model) if model else [],
        "contracts": panel.contracts(place.models, request.user),
        "pictures": form.pictures(place, known),
        **more,
    }
    return render(request, "generation/experiments/new.html", context, status=status)


def _model(place: Place, name: str) -> Any:
    try:
        return place.model(name)
    except UserError:
        return place.models[0] if place.models else None


def _meaning(request: WorkspaceRequest) -> dict[str, Any]:
    """The plan, or why there is none; with what the model allows on an axis."""
    place = _place(request)
    model = _model(place, request.POST.get("model", ""))
    context: dict[str, Any] = {"choices": form.choices(place, model) if model else []}
    context["contract"] = model.contract.as_dict() if model else {}
    try:
        asked = form.asked_in(request)
        found = plan(place, asked)
        ceiling = creating.budget(asked.budget, found.units)["ceiling"]
    except UserError as error:
        return context | {"refusal": error.sentence, "fields": error.fields}
    return context | _described(place, asked, found, ceiling)


def _described(place: Place, asked: Asked, found: Plan, ceiling: Any) -> dict[str, Any]:
    left = Account.objects.of(place.author).left
    return {
        "plan": found,
        "bad": sum(problem.count for problem in found.problems),
        "skips": asked.skips,
        "ceiling": ceiling if ceiling < found.units else None,
        "too_little": left if left is not None and left < min(ceiling, found.units) else None,
        "portion": PORTION,
    }


def _place(request: WorkspaceRequest) -> Place:
    return Place(request.workspace, request.user)
