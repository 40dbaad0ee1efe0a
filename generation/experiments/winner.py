"""Keeps a picture's settings as a style, so that what won is used from now on (D11)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from generation.contract import MAX_SEED, as_number, plain
from generation.models import Cell
from pixazo.api import refusal
from pixazo.errors import UserError
from pixazo.texts.kept import shown
from pixazo.texts.numbers import counted
from workspaces.models import Scope, Style, Workspace
from workspaces.models.style import MOST

TEXTS = ("name", "positive_prompt", "negative_prompt", "model")


def offered(cell: Cell, styles: Mapping[str, Style]) -> dict[str, Any]:
    """A style's fields as this picture has them. Its own style's words where it had one, else the
    prompt."""
    request = cell.request
    template = request.get("template") or {}
    style = styles.get(template.get("style", {}).get("id", ""))
    return {
        "name": cell.experiment.title,
        "positive_prompt": style.positive_prompt if style else request["prompt"],
        "negative_prompt": request["negative_prompt"],
        "model": request["model"],
        # As texts: a page in another language would write 7,5.
        "num_inference_steps": str(request["num_inference_steps"]),
        "guidance_scale": plain(request["guidance_scale"]),
        "seed": str(request["seed"]),
    }


def keep(workspace: Workspace, owner: Any, sent: Mapping[str, str]) -> Style:
    """Raises `UserError` with the fields that are wrong, or `TooManyKept`."""
    is_personal = sent.get("scope") == Scope.PERSONAL
    style = Style(
        owner=owner,
        scope=Scope.PERSONAL if is_personal else Scope.WORKSPACE,
        workspace=None if is_personal else workspace,
        num_inference_steps=_number(sent, "num_inference_steps", "Steps", 10_000),
        guidance_scale=_number(sent, "guidance_scale", "Guidance", 1_000),
        seed=_number(sent, "seed", "Seed", MAX_SEED),
        **{name: " ".join(sent.get(name, "").split()) for name in TEXTS},
    )
    try:
        style.full_clean()
    except ValidationError as error:
        raise refusal(error) from None
    Style.objects.living().keep(style, MOST)
    return style


def _number(sent: Mapping[str, str], name: str, label: str, most: int) -> Any:
    if not sent.get(name):
        return None
    try:
        number = as_number(sent[name], label)
    except ValueError as error:
        raise _refused(name, str(error)) from None
    if not 0 <= number <= most or (name != "guidance_scale" and number != int(number)):
        raise _refused(
            name,
            _("%(label)s must be a number from 0 to %(most)s.")
            % {"label": shown(label), "most": counted(most)},
        )
    return number if name == "guidance_scale" else int(number)


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
