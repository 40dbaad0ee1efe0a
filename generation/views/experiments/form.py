"""Reads the form of a new experiment, and fills it: empty, from a picture, from the studio's form
or from an experiment that was."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from generation.contract import plain
from generation.experiments import axes
from generation.experiments.asked import NUMBERS, PICTURES, TEXTS, Asked
from generation.experiments.place import Place
from generation.models import ImageModel
from generation.submit import digest_of
from generation.views import cards, found, shown
from generation.views.experiments.found import experiment
from pixazo.errors import UserError
from pixazo.ids import uuid7
from workspaces.access import WorkspaceRequest

BUDGET = ("ceiling", "stop_after", "pause_after")
LARGEST = 1_000_000  # bytes of a file with a list


def asked_in(request: WorkspaceRequest) -> Asked:
    sent = request.POST
    base: dict[str, Any] = {name: sent.get(name, "") for name in (*TEXTS, *NUMBERS)}
    base |= {name: sent.getlist(name) for name in PICTURES}
    base["loras"] = [*sent.getlist("loras"), *sent.getlist("lora")]
    asked = Asked(
        base={name: value for name, value in base.items() if value},
        axes=tuple(
            (sent[f"axis{number}"], sent.get(f"values{number}", ""))
            for number in range(1, axes.MOST + 1)
            if sent.get(f"axis{number}")
        ),
        rows=_rows(request),
        is_list=sent.get("kind") == "list",
        name=" ".join(sent.get("name", "").split())[:100],
        budget={name: sent[name] for name in BUDGET if sent.get(name)},
        skips="skips" in sent,
    )
    # The same form sent twice is one experiment; gone back to and changed, it is another one.
    key = sent.get("key", "")[:60]
    return replace(asked, key=f"{key}:{digest_of(asked.as_dict())[:32]}") if key else asked


def filled(request: WorkspaceRequest) -> dict[str, Any]:
    """What the form begins with."""
    if request.method == "POST":
        return _of_sent(request.POST)
    if again := _uuid(request.GET.get("again", "")):
        return _of_asked(Asked.of(experiment(request, again).asked))
    if (picture := _uuid(request.GET.get("picture", ""))) is not None:
        return _of_picture(request, picture)
    return _fresh() | {"prompt": request.GET.get("prompt", "")}


def choices(place: Place, model: ImageModel) -> list[dict[str, Any]]:
    """What can be put on an axis, and what it may have there: for the form and its script."""
    known = {
        "model": [each.slug for each in place.models],
        "style": [axes.NONE, *(style.name for style in place.styles)],
        "scheduler": list(model.contract.schedulers),
        "size": list(model.contract.presets),
    }
    found = [
        {"name": name, "label": gettext(axes.LABELS[name]), "choices": known.get(name, [])}
        for name in axes.possible(model)
    ]
    return found + [
        {
            "name": f"{axes.LORA}{lora.slug}",
            "label": (_("Weight of %(name)s") % {"name": lora.name}),
            "choices": [],
        }
        for lora in place.loras_for(model)
    ]


def pictures(place: Place, known: dict[str, Any]) -> dict[str, Any]:
    """What the form works from, as its script knows pictures; what has gone is left out."""
    there: dict[str, Any] = {
        role: [each for name in known[role] if (each := _picture(place, name, role))]
        for role in PICTURES
    }
    return _numbers(known) | {
        "mode": known["mode"],
        "source": next(iter(there["source"]), None),
        "mask": next(iter(there["mask"]), None),
        "references": there["reference"],
    }


def _numbers(known: dict[str, Any]) -> dict[str, float]:
    """What is no number is not repeated: there it would be beyond the model's range."""
    numbers = {}
    for name in ("strength", "scale"):
        with suppress(ValueError):
            numbers[name] = float(known[name])
    return numbers


def _picture(place: Place, name: str, role: str) -> dict[str, Any] | None:
    try:
        return shown.picture_of(place.picture(name, role), place.workspace)
    except UserError:
        return None


def _of_sent(sent: QueryDict) -> dict[str, Any]:
    """As it was sent, also by the studio's form."""
    known: dict[str, Any] = _fresh() | {name: sent[name] for name in sent}
    known["loras"] = [each for each in [*sent.getlist("loras"), *sent.getlist("lora")] if each]
    known |= {name: [each for each in sent.getlist(name) if each] for name in PICTURES}
    known["axes"] = [
        {"name": sent.get(f"axis{number}", ""), "values": sent.get(f"values{number}", "")}
        for number in range(1, axes.MOST + 1)
    ]
    return known


def _of_asked(asked: Asked) -> dict[str, Any]:
    known = _fresh() | asked.base | asked.budget
    known |= {"name": asked.name, "rows": asked.rows}
    known["kind"] = "list" if asked.is_list else "grid"
    for number, (name, text) in enumerate(asked.axes):
        known["axes"][number] = {"name": name, "values": text}
    return known


def _of_picture(request: WorkspaceRequest, pk: UUID) -> dict[str, Any]:
    """The settings of a picture, with its seed; what it was made from is worked from again."""
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    settings: Mapping[str, Any] = json.loads(cards.settings_of(picture.job.batch))
    known = _fresh() | {name: settings.get(name) or "" for name in TEXTS}
    # As texts: a page in another language would write 7,5.
    known |= {name: plain(settings[name]) for name in NUMBERS if settings.get(name) is not None}
    known["seed"] = str(picture.job.seed)
    known["loras"] = [f"{each['lora']}:{each['weight']}" for each in settings["loras"]]
    for role in ("source", "mask"):
        known[role] = [settings[role]["name"]] if settings.get(role) else []
    known["reference"] = [each["name"] for each in settings["references"]]
    return known


def _fresh() -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys((*TEXTS, *NUMBERS, *BUDGET, "name", "rows"), "")
    empty |= {name: [] for name in (*PICTURES, "loras")}
    empty["axes"] = [{"name": "", "values": ""} for _ in range(axes.MOST)]
    return empty | {"kind": "grid", "key": str(uuid7())}


def _rows(request: WorkspaceRequest) -> str:
    """Pasted, or from a file."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("rows", "")
    if file.size and file.size > LARGEST:
        raise _of_file(_("This file is too large: a list may have a megabyte."))
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _of_file(_("This file is no text in UTF-8. Save it as CSV UTF-8.")) from None


def _of_file(sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={"rows": [sentence]})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
