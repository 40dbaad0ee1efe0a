"""A larger version of a picture: enlarged, then its details drawn anew, tile by tile, with little
strength. Tiles overlap and run into each other, so that no seam is seen.

A model that can't start from a picture only lets it be enlarged, and says so; so does one that was
trained for small pictures, unless a strength is asked for: it would draw its prompt into each tile.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_noop
from PIL import Image, ImageChops

from generation.contract import DETAILED_SIDE
from generation.providers.base import ImageRequest, Report
from generation.providers.diffusers import drawing
from generation.providers.diffusers.company import Part
from generation.providers.diffusers.drawing import Drawn

STRENGTH = 0.3  # enough for details, too little for another picture
OVERLAP = 4  # the share of a tile, as one part of so many, that it has in common with the next
ONLY_ENLARGED = gettext_noop("Enlarged without new details: this model can't add them.")
Box = tuple[int, int, int, int]


def upscale(pipeline: Any, requests: Sequence[ImageRequest], report: Report) -> list[Drawn]:
    """Pictures of the requests' width and height, drawn over their sources by a pipeline that
    starts from pictures; None for the pipeline: they are only enlarged."""
    first = requests[0]
    steps = first.num_inference_steps
    canvases = [_enlarged(request) for request in requests]
    if pipeline is None or not _adds_details(pipeline, first):
        report(steps)
        return [Drawn(canvas, remark=ONLY_ENLARGED) for canvas in canvases]
    boxes = tiles(first.width, first.height, _liked_side(pipeline))
    finite = [True] * len(requests)
    for number, box in enumerate(boxes):
        part = Part(report, (), steps, number / len(boxes), (number + 1) / len(boxes))
        asked = [
            _of_tile(request, canvas, box, number)
            for request, canvas in zip(requests, canvases, strict=True)
        ]
        mask = _softened(box, boxes)
        for place, tile in enumerate(drawing.draw(pipeline, asked, part)):
            # Some models round to their own steps.
            canvases[place].paste(tile.image.resize(mask.size), box[:2], mask)
            finite[place] &= tile.is_finite
    return [Drawn(canvas, is_finite) for canvas, is_finite in zip(canvases, finite, strict=True)]


def tiles(width: int, height: int, side: int) -> list[Box]:
    """Boxes of at most `side` by `side` that cover all and overlap, from top left on."""
    return [
        (left, top, left + min(side, width), top + min(side, height))
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def _starts(length: int, side: int) -> list[int]:
    """Where tiles begin: multiples of 8 pixels, of which autoencoders make one."""
    if length <= side:
        return [0]
    step = side - side // OVERLAP
    count = -(-(length - side) // step)
    return [(length - side) * number // count // 8 * 8 for number in range(count)] + [length - side]


def _liked_side(pipeline: Any) -> int:
    """Pixels: the size that the model was trained for."""
    factor = getattr(pipeline, "vae_scale_factor", 8)
    liked = getattr(pipeline, "default_sample_size", None)
    if liked is None:
        net = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
        liked = getattr(getattr(net, "config", None), "sample_size", None)
    if isinstance(liked, (list, tuple)):
        liked = max(liked)
    return max(8 * OVERLAP, int(liked or 64) * factor)


def _adds_details(pipeline: Any, request: ImageRequest) -> bool:
    return request.strength is not None or _liked_side(pipeline) >= DETAILED_SIDE


def _enlarged(request: ImageRequest) -> Image.Image:
    source = drawing.rgb(request.source)
    return source.resize((request.width, request.height), Image.Resampling.LANCZOS)


def _of_tile(request: ImageRequest, canvas: Image.Image, box: Box, number: int) -> ImageRequest:
    return replace(
        request,
        mode="image",
        source=canvas.crop(box),
        width=box[2] - box[0],
        height=box[3] - box[1],
        strength=STRENGTH if request.strength is None else request.strength,
        # The same noise in each tile would show as a pattern.
        seed=(request.seed + number) % 2**32,
    )


def _softened(box: Box, boxes: Sequence[Box]) -> Image.Image:
    """A mask that fades over all that the tile has in common with an earlier one: on the left and
    at the top."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    mask = Image.new("L", (width, height), 255)
    if left:
        fade = max(each[2] for each in boxes if each[0] < left) - left
        mask = ImageChops.multiply(mask, _ramp(fade, width, height))
    if top:
        fade = max(each[3] for each in boxes if each[1] < top) - top
        ramp = _ramp(fade, height, width).transpose(Image.Transpose.TRANSPOSE)
        mask = ImageChops.multiply(mask, ramp)
    return mask


def _ramp(fade: int, width: int, height: int) -> Image.Image:
    """From nothing at the left edge to everything `fade` pixels further."""
    row = bytes(min(255, 255 * column // fade) for column in range(width))
    return Image.frombytes("L", (width, 1), row).resize((width, height))
