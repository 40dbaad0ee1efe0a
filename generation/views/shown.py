"""Pictures as the page's script knows them: what the form sends, and how they look."""

from typing import Any

from django.urls import reverse

from generation.models import Batch, Image, Input, Upload
from workspaces.models import Workspace


def inputs_of(batch: Batch, workspace: Workspace) -> dict[str, Any]:
    """What the batch works from: source, mask and references, those that are still there."""
    shown = nothing()
    for each in batch.inputs.all():
        picture = picture_of(each, workspace)
        if picture is None:
            continue
        if each.role == Input.Role.REFERENCE:
            shown["references"].append(picture)
        else:
            shown[each.role] = picture
    return shown


def nothing() -> dict[str, Any]:
    """Of what works from no picture."""
    return {"source": None, "mask": None, "references": []}


def picture_of(each: Input, workspace: Workspace) -> dict[str, Any] | None:
    if each.image and not each.image.deleted:
        return image(each.image)
    return upload(each.upload, workspace) if each.upload else None


def image(row: Image) -> dict[str, Any]:
    return {
        "name": f"image:{row.pk}",
        "small_url": row.small_url,
        "url": f"/{row.original}",
        "width": row.width,
        "height": row.height,
        "label": row.alt,
    }


def upload(row: Upload, workspace: Workspace) -> dict[str, Any]:
    url = reverse("upload", args=[workspace.slug, row.pk])
    return {
        "name": f"upload:{row.pk}",
        "small_url": f"{url}?size=small",
        "url": f"{url}?size=original",
        "width": row.width,
        "height": row.height,
        "label": row.get_origin_display(),
    }
