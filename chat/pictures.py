"""Pictures that people show to a language model: of the chat's own workspace, and made small."""

import base64
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image as Pillow

from chat.models import Message
from chat.models.message import MOST_IMAGES
from generation.models import Image, Upload
from pixazo.errors import UserError
from pixazo.texts.numbers import counted
from workspaces.models import Workspace

SIDE = 1024  # pixels of the longer one: what models look at
QUALITY = 85


def seen_in(workspace: Workspace, ids: Sequence[UUID]) -> list[UUID]:
    """The same ids, if there are such pictures or uploads in the workspace. Raises `UserError`."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_IMAGES:
        raise UserError(
            _("A message may show %(most)s pictures.") % {"most": counted(MOST_IMAGES)},
            code="invalid",
        )
    if set(wanted) - set(found(workspace, wanted)):
        sentence = _("There is no such picture in this workspace.")
        raise UserError(sentence, code="not_found", status=404, fields={"images": [sentence]})
    return wanted


def found(workspace: Workspace, ids: Sequence[UUID]) -> dict[UUID, Image | Upload]:
    """What is there of them and not in the trash."""
    if not ids:
        return {}
    images = Image.objects.visible().filter(workspace=workspace, pk__in=ids)
    uploads = Upload.objects.filter(workspace=workspace, pk__in=ids)
    rows: list[Image | Upload] = [*uploads, *images]
    return {row.pk: row for row in rows}


def keep_uploads(messages: Sequence[Message]) -> None:
    """Those that these new messages show stay, though no request works from them."""
    ids = {each for message in messages for each in message.images}
    there = {str(pk) for pk in Upload.objects.filter(pk__in=ids).values_list("pk", flat=True)}
    links = Message.uploads.through
    links._default_manager.bulk_create(  # noqa: SLF001  Django's own name
        links(message_id=message.pk, upload_id=each)
        for message in messages
        for each in message.images
        if each in there
    )


def as_parts(workspace: Workspace, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Parts of a message, as JPEG: it is what all services read. What is gone is left out."""
    there = found(workspace, [UUID(each) for each in ids])
    parts = []
    for each in ids:
        row = there.get(UUID(each))
        url = _data_url(row) if row else None
        if url:
            parts.append({"type": "image_url", "image_url": {"url": url}})
    return parts


def _data_url(row: Image | Upload) -> str | None:
    """Made of our own files, which were checked when they came."""
    key = row.medium if isinstance(row, Image) else row.original
    try:
        with default_storage.open(key) as file:
            picture = Pillow.open(io.BytesIO(file.read()), formats=("PNG", "WEBP")).convert("RGB")
    except OSError:
        return None
    picture.thumbnail((SIDE, SIDE))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
