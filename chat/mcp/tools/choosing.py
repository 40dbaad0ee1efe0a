"""Tools that say what can be chosen: models, styles, workspaces."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.tools import reading
from chat.mcp.tools.tool import Tool
from generation.families import are_alike
from generation.models import Lora
from pixazo.texts.kept import shown
from pixazo.texts.numbers import counted
from workspaces.access import membership_of
from workspaces.models import Membership, Style, Workspace

MOST = 500


def _models(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    models = schemas.usable(caller.user)
    loras = list(Lora.objects.usable_by(caller.user))
    told, lines = [], []
    for model in models:
        fitting = [lora.slug for lora in loras if are_alike(lora.family, model.family)]
        lines.append(
            f"{model.slug}: {model.name}. {shown(model.description)} "
            f"({', '.join(model.contract.modes)}; {counted(model.units)})"
        )
        told.append(
            {
                "model": model.slug,
                "name": model.name,
                "description": shown(model.description),
                "units": model.units,
                "available": not model.trouble,
                "loras": fitting if model.contract.loras else [],
                "schema": model.contract.json_schema(),
            }
        )
    return Answer("\n".join(lines) or _("No model can be used at present."), {"models": told})


def _styles(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    workspace = _workspace(caller, reading.text(sent, "workspace"))
    rows = list(Style.objects.usable_in(workspace, caller.user)[:MOST])
    told = [
        {
            "id": str(row.pk),
            "name": row.name,
            "scope": row.scope,
            "prompt": row.positive_prompt,
            "negative_prompt": row.negative_prompt,
            "settings": row.settings,
        }
        for row in rows
    ]
    lines = [f"{row.name}: {row.positive_prompt}" for row in rows]
    return Answer("\n".join(lines) or _("No styles."), {"styles": told})


def _workspaces(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    rows = Membership.objects.filter(user=caller.user).select_related("workspace")
    found = list(rows.order_by("-workspace__last_used", "workspace")[:MOST])
    told = [
        {
            "workspace": row.workspace.slug,
            "name": row.workspace.name,
            "role": row.role,
            "may_generate": row.may_generate(),
            "page_url": caller.build_absolute_uri(row.workspace.get_absolute_url()),
        }
        for row in found
    ]
    lines = [f"{row.workspace.slug}: {row.workspace.name} ({row.role})" for row in found]
    return Answer("\n".join(lines) or _("No workspaces."), {"workspaces": told})


def _workspace(caller: Caller, slug: str) -> Workspace:
    if not slug:
        return Workspace.objects.home_of(caller.user)
    return membership_of(
        caller.user, slug if slug.isascii() and slug.isprintable() else ""
    ).workspace


TOOLS = [
    Tool(
        "list_models",
        "Models",
        "The models that this person may use, what each can do, what a picture costs, and exactly"
        " which settings it takes.",
        lambda user: schemas.of({}),
        _models,
    ),
    Tool(
        "list_styles",
        "Styles",
        "Styles to make pictures in: words and settings that are laid around a prompt.",
        lambda user: schemas.of({"workspace": schemas.text("Slug of a workspace.")}),
        _styles,
    ),
    Tool(
        "list_workspaces",
        "Workspaces",
        "Where this person works, used last first, and whether they may make pictures there.",
        lambda user: schemas.of({}),
        _workspaces,
    ),
]
