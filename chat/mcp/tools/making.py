"""Tools that make pictures: from words, from pictures, larger."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.ordering import order
from chat.mcp.tools import reading
from chat.mcp.tools.tool import Tool
from generation.models import Batch
from pixazo.scopes import GENERATE

Mode = Batch.Mode
EDITING = (Mode.IMAGE, Mode.INPAINT, Mode.OUTPAINT, Mode.VARIATION)
COSTS = " Costs the person's units; pictures that could not be made cost nothing."


def _generate(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    return _ordered(caller, "pix_generate", sent, str(Mode.TEXT))


def _edit(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    if not sent.get("source"):
        raise reading.required("source")
    return _ordered(caller, "edit_image", sent, "")


def _upscale(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    if not sent.get("source"):
        raise reading.required("source")
    return _ordered(caller, "upscale_image", sent, str(Mode.UPSCALE))


def _ordered(caller: Caller, tool: str, sent: Mapping[str, Any], mode: str) -> Answer:
    seconds = reading.seconds(sent)
    batch, unknown = order(caller, tool, sent, mode)
    notes = [
        _("`%(name)s` is not known here and was not used.") % {"name": name}
        for name in unknown[:10]
    ]
    channel = batch.workspace.channel
    return Answer("", awaits=batch.pk, channel=channel, seconds=seconds, notes=notes)


def _generate_schema(user: Any) -> dict[str, Any]:
    more = {"style": schemas.style(), **schemas.size(user), "count": schemas.count()}
    return schemas.making(user, [Mode.TEXT], **more) | {"required": ["prompt"]}


def _edit_schema(user: Any) -> dict[str, Any]:
    sides = {
        side: {"type": "integer", "minimum": 0, "description": f"Pixels to add: {side}."}
        for side in ("left", "top", "right", "bottom")
    }
    more = {
        "source": schemas.picture("The picture to work from:"),
        "mask": schemas.picture("Of the same size; what is white in it is drawn anew:"),
        "mode": {"type": "string", "enum": list(map(str, EDITING))},
        "strength": schemas.strength(user),
        "variation": schemas.variation(),
        **sides,
        "style": schemas.style(),
        "count": schemas.count(),
    }
    return schemas.making(user, EDITING, **more) | {"required": ["source"]}


def _upscale_schema(user: Any) -> dict[str, Any]:
    properties = schemas.making(user, [Mode.UPSCALE])["properties"]
    kept = ("prompt", "model", "seed", *schemas.asking())
    return schemas.of(
        {
            "source": schemas.picture("The picture to enlarge:"),
            "scale": schemas.scale(user) or {"type": "number"},
            **{name: properties[name] for name in kept if name in properties},
        },
        ["source"],
    )


TOOLS = [
    Tool(
        "pix_generate",
        "Make pictures from words",
        "Makes one or more pictures from a prompt and shows them. Waits until they are there, or"
        " says where they will be." + COSTS,
        _generate_schema,
        _generate,
        GENERATE,
        is_read_only=False,
        is_repeatable=False,
    ),
    Tool(
        "edit_image",
        "Make a picture from a picture",
        "Draws a picture anew as the prompt says: all of it (mode image), what a mask marks"
        " (inpaint), what lies beyond its edges (outpaint, with left, top, right, bottom), or"
        " another one like it (variation). The first picture stays." + COSTS,
        _edit_schema,
        _edit,
        GENERATE,
        is_read_only=False,
        is_repeatable=False,
    ),
    Tool(
        "upscale_image",
        "Enlarge a picture",
        "Makes the same picture larger, with new details unless its model is one of small pictures,"
        " such as the starter model: that adds none. The first picture stays." + COSTS,
        _upscale_schema,
        _upscale,
        GENERATE,
        is_read_only=False,
        is_repeatable=False,
    ),
]
