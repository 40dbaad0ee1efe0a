"""The files of a picture for people outside: no more of it than whoever shares it lets them see."""

from pathlib import PurePosixPath
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify

from generation.models import Image
from generation.models.disclosure import Discloses
from generation.provenance import credentials, mark
from generation.serving import Size, read, serve
from generation.unmarked import unmarked


def rendition(
    request: HttpRequest, image: Image, terms: Discloses, size: Size = "medium"
) -> HttpResponseBase:
    """What a page shows. Inside it says nothing of how it was made."""
    response = serve(request, image, size)
    name = _name(image, terms, getattr(image, size))
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def original(request: HttpRequest, image: Image, terms: Discloses) -> HttpResponseBase:
    """The file in full size; with the recipe inside only where that may be seen."""
    if terms.shows_recipe:
        response = serve(request, image)
    else:
        # What the original's credentials refer to is not in it any more: it gets its own.
        content = unmarked(read(image.original))
        if not image.is_brought:
            kind = mark.COMPOSED if image.is_composed else mark.MADE
            content = credentials.signed(content, kind)
        response = HttpResponse(content, content_type="image/png")
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    name = _name(image, terms, image.original)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def settings_to_remix(image: Image) -> dict[str, Any]:
    """What the form begins with: words and numbers, and nothing that is a workspace's own."""
    made = image.job.batch
    return {
        "prompt": made.prompt,
        "negative_prompt": made.negative_prompt,
        "model": made.model.slug,
        "width": made.width,
        "height": made.height,
        "num_inference_steps": made.num_inference_steps,
        "guidance_scale": made.guidance_scale,
        "scheduler": made.scheduler,
        "seed": "",
    }


def _name(image: Image, terms: Discloses, key: str) -> str:
    """Made of the prompt where that is to be seen; never of what members say of the picture."""
    words = (
        slugify(str(image.recipe.get("prompt", "")))[:60].strip("-") if terms.shows_prompt else ""
    )
    return f"{words or 'picture'}-{image.pk.hex[-8:]}{PurePosixPath(key).suffix}"
