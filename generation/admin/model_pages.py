"""Beside a model's form: the settings as the studio draws them, and one real picture to try it."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generation import labels
from generation.contract import Contract
from generation.families import FAMILIES
from generation.models import Batch, ImageModel
from generation.submit import submit
from pixazo.errors import UserError
from workspaces.models import Workspace

PROMPT = "a red house under a full moon, night, watercolour"
PLACE = "Test pictures"  # a workspace of whoever tries
LONGEST = 50_000  # characters of a contract


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages of this site may show it in a frame."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return csp_replace({"frame-ancestors": [SELF]})(answer)  # type: ignore[return-value]


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The form that this contract gives, or what is wrong with it in a sentence."""
    context: dict[str, Any] = {"name": request.POST.get("name", "")}
    try:
        contract = _contract(request)
    except ValueError as error:
        context["wrong"] = str(error)
    else:
        context["contract"] = contract
        context["samplers"] = [labels.scheduler(name) for name in contract.schedulers]
        context["modes"] = [Batch.Mode(mode).label for mode in contract.modes]
    return render(request, "admin/generation/imagemodel/preview.html", context)


def _contract(request: HttpRequest) -> Contract:
    written = request.POST.get("contract_data", "").strip() or "{}"
    if len(written) > LONGEST:
        raise ValueError("This is too long for a contract.")
    try:
        data = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"This is no JSON: {error}") from None
    family = FAMILIES.get(request.POST.get("family", ""))
    return Contract.parse(data, family.contract if family else {})


def try_out(request: HttpRequest, pk: Any) -> tuple[str, str]:
    """Queue one picture of whoever asks, on their units, also by a model that is switched off: what
    is said of it, and where it will be."""
    user: Any = request.user
    model = get_object_or_404(ImageModel.objects.select_related("service"), pk=pk)
    model.usable_by = user.pk  # type: ignore[attr-defined]  # as `seen_by` says of what one may use
    prompt = request.POST.get("prompt", "").strip() or PROMPT
    try:
        workspace = Workspace.objects.living().filter(owner=user, name=PLACE).first()
        workspace = workspace or Workspace.found(user, PLACE)
        batch = Batch(
            workspace=workspace,
            topic=workspace.default_topic,
            author=user,
            model=model,
            prompt=prompt[:1000],
        )
        submit(batch)
    except UserError as error:
        return error.sentence, ""
    except ValidationError as error:
        return " ".join(error.messages), ""
    said = "Queued: it is drawn with the next turn of yours, on your units."
    return said, reverse("studio", args=[workspace.slug])
