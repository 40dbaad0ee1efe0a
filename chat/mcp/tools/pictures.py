"""Tools that find pictures and show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.reporting import WORDS, page_of
from chat.mcp.tools import reading
from chat.mcp.tools.tool import Tool
from generation.api import visible
from generation.api.answers import settings_answer
from generation.gallery import words
from generation.models import Image
from pixazo.api import address
from workspaces.access import membership_of

LISTED, MOST = 20, 100


def _list(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    rows = words.matching(visible.images(caller.user), reading.text(sent, "query"))
    if slug := reading.text(sent, "workspace"):
        plain = slug if slug.isascii() and slug.isprintable() else ""
        rows = rows.filter(workspace=membership_of(caller.user, plain).workspace_id)
    if before := reading.pk(sent, "before"):
        rows = rows.filter(pk__lt=before)
    limit = reading.whole(sent, "limit", LISTED, MOST)
    found = list(rows.select_related("workspace", "job__batch").order_by("-id")[: limit + 1])
    images, more = found[:limit], found[limit:]
    return Answer(
        "\n".join([_count(images), *(_line(image) for image in images), *_more(images, more)]),
        {
            "images": [_of(caller, image) for image in images],
            "before": str(images[-1].pk) if more else None,
        },
    )


def _show(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    pk = reading.pk(sent, "image_id")
    if pk is None:
        raise reading.required("image_id")
    rows = visible.images(caller.user).select_related("workspace", "job__batch", "job__model")
    image = get_object_or_404(rows, pk=pk)
    lines = [_line(image), _("On the site: %(address)s") % {"address": page_of(caller, image)}]
    return Answer("\n".join(lines), _of(caller, image), [image])


def _of(caller: Caller, image: Image) -> dict[str, Any]:
    batch = image.job.batch
    return {
        "image_id": str(image.pk),
        "uri": f"pixazo://image/{image.pk}",
        "image_url": address(caller, "api_image", image.pk),
        "page_url": page_of(caller, image),
        "batch_id": str(batch.pk),
        "workspace": image.workspace.slug,
        "prompt": batch.prompt,
        "description": image.alt,
        "model": image.model_name,
        "width": image.width,
        "height": image.height,
        "mode": batch.mode,
        "settings": settings_answer(batch, image.job.seed),
        "rating": image.rating,
        "created_at": image.created,
    }


def _line(image: Image) -> str:
    prompt = Truncator(" ".join(image.job.batch.prompt.split())).chars(WORDS)
    return f"image:{image.pk} {image.width}x{image.height}, {image.created:%Y-%m-%d}: {prompt}"


def _count(images: Sequence[Image]) -> str:
    count = len(images)
    return ngettext("%(count)s picture.", "%(count)s pictures.", count) % {"count": count}


def _more(images: Sequence[Image], more: Sequence[Image]) -> list[str]:
    if not more:
        return []
    return [_("There are older ones: ask with before=%(id)s.") % {"id": images[-1].pk}]


TOOLS = [
    Tool(
        "list_images",
        "Find pictures",
        "The person's pictures and those of workspaces they work in, newest first.",
        lambda user: schemas.of(
            {
                "query": schemas.text("Words of the prompt, the description or the tags."),
                "workspace": schemas.text("Slug of a workspace."),
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": LISTED},
                "before": schemas.text("Older than the picture of this id."),
            }
        ),
        _list,
    ),
    Tool(
        "get_image",
        "Look at a picture",
        "Shows one picture, with how it was made. The original is a resource: pixazo://image/<id>.",
        lambda user: schemas.of({"image_id": schemas.text("Its id.")}, ["image_id"]),
        _show,
    ),
]
