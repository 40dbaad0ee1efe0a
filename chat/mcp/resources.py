"""Pictures as resources: `pixazo://image/<id>`, its smaller renditions, and its recipe."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from chat.mcp.caller import Caller
from generation import serving
from generation.api import visible
from generation.models import Image
from generation.recipe import canonical
from generation.serving import Size
from pixazo.errors import UserError
from pixazo.scopes import READ

PAGE = 50
PARTS: dict[str | None, Size] = {None: "original", "medium": "medium", "small": "small"}
# Larger originals are had from the site; a client holds the whole answer in its memory.
MOST_BYTES = 12 * 1024 * 1024
ADDRESS = re.compile(
    r"pixazo://image/(?P<pk>[0-9a-f-]{32,36})(?:/(?P<part>medium|small|recipe))?",
    re.ASCII,
)
TEMPLATES = (
    ("pixazo://image/{image_id}", "picture", "A picture as it was made (PNG).", "image/png"),
    ("pixazo://image/{image_id}/medium", "medium", "Up to 1024 pixels a side.", "image/webp"),
    ("pixazo://image/{image_id}/small", "small", "Up to 384 pixels a side.", "image/webp"),
    ("pixazo://image/{image_id}/recipe", "recipe", "How it was made.", "application/json"),
)


@dataclass(frozen=True)
class Content:
    mime_type: str
    text: str = ""
    blob: bytes = b""


class NoSuchResource(UserError):
    code = "not_found"
    status = 404


def page(caller: Caller, cursor: str) -> tuple[list[Image], str]:
    """The newest pictures after that of the cursor, and the next cursor. Raises `UserError`."""
    caller.must(READ)
    rows = visible.images(caller.user).select_related("workspace", "job__batch")
    if cursor:
        try:
            rows = rows.filter(pk__lt=UUID(cursor))
        except ValueError:
            raise UserError(_("This cursor leads nowhere."), code="invalid") from None
    found = list(rows.order_by("-id")[: PAGE + 1])
    images = found[:PAGE]
    return images, str(images[-1].pk) if len(found) > PAGE else ""


def read(caller: Caller, uri: str) -> Content:
    """Raises `NoSuchResource` also for what they may not see."""
    caller.must(READ)
    named = ADDRESS.fullmatch(uri)
    image = _image(caller, named["pk"]) if named else None
    if named is None or image is None:
        raise NoSuchResource(_("There is nothing here, or it isn't yours."))
    if named["part"] == "recipe":
        return Content("application/json", text=canonical(image.recipe))
    part: Size = PARTS[named["part"]]
    if part == "original" and image.bytes > MOST_BYTES:
        part = "medium"
    key: str = getattr(image, part)
    return Content(serving.content_type(key), blob=serving.read(key))


def _image(caller: Caller, text: str) -> Image | None:
    try:
        pk = UUID(text)
    except ValueError:
        return None
    return visible.images(caller.user).filter(pk=pk).first()
