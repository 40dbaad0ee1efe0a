"""Opens what a job works from, at the size of the picture that is to be made."""

import io
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps

from generation.models import Batch, Input, Job
from generation.outpainting import Margins, canvas, canvas_mask
from generation.providers.errors import ProviderError

# From here on a mask's grey is drawn anew.
HALF = 128


class InputGone(ProviderError):
    code = "input_gone"

    def __init__(self) -> None:
        super().__init__(_("The picture that this one works from was deleted meanwhile."))


@dataclass(frozen=True)
class Opened:
    source: Pillow.Image | None = None
    mask: Pillow.Image | None = None
    references: tuple[Pillow.Image, ...] = ()


def opened(job: Job) -> Opened:
    """The pictures of a job's batch as a provider wants them; raises `InputGone`.

    Source and mask get the size of the picture to be made, by cutting what does not fit; white in
    the mask is drawn anew. A source that is to be enlarged stays as it is; references come down to
    the largest that the model draws. Outpainting becomes inpainting of a larger picture.
    """
    batch = job.batch
    inputs: dict[str, list[Pillow.Image]] = {}
    for each in batch.pictures:
        image = _open(each)
        if each.role == Input.Role.REFERENCE:
            # One by one, as it is opened: sixteen at full size would be gigabytes.
            image.thumbnail(_largest(job), Pillow.Resampling.LANCZOS)
        inputs.setdefault(each.role, []).append(image)
    source = next(iter(inputs.get("source", [])), None)
    mask = next(iter(inputs.get("mask", [])), None)
    if batch.mode != Batch.Mode.TEXT and source is None:
        raise InputGone
    references = tuple(inputs.get("reference", []))
    if source is None or batch.mode == Batch.Mode.UPSCALE:
        return Opened(source, None, references)
    size = (batch.width, batch.height)
    if batch.mode == Batch.Mode.OUTPAINT:
        margins = Margins(**(batch.margins or {}))
        return Opened(canvas(source, size, margins), canvas_mask(size, margins), references)
    return Opened(_fitted(source, size), mask and _black_and_white(mask, size), references)


def _open(each: Input) -> Pillow.Image:
    picture = each.picture
    if picture is None:
        raise InputGone
    try:
        with default_storage.open(picture.original) as file:
            image = Pillow.open(io.BytesIO(file.read()), formats=("PNG",))
        return image.convert("L" if each.role == Input.Role.MASK else "RGB")
    except FileNotFoundError:
        raise InputGone from None


def _largest(job: Job) -> tuple[int, int]:
    width, height = (job.model.contract[name] for name in ("width", "height"))
    side = int(max(width.max, height.max))
    return side, side


def _fitted(image: Pillow.Image, size: tuple[int, int]) -> Pillow.Image:
    if image.size == size:
        return image
    return ImageOps.fit(image, size, Pillow.Resampling.LANCZOS)


def _black_and_white(mask: Pillow.Image, size: tuple[int, int]) -> Pillow.Image:
    if mask.size != size:
        mask = ImageOps.fit(mask, size, Pillow.Resampling.NEAREST)
    return mask.point(lambda value: 255 if value >= HALF else 0)
