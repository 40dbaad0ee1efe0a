"""Compares a verification's picture with the one it should equal, pixel by pixel."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image as Pillow
from PIL import ImageChops

from generation.models import Image, Job
from generation.recipe import changed

LEVELS = 255
# Decibels (peak signal-to-noise ratio) from which two pictures count as near. Measured by
# `python -m tools.bench.differences --prompts 6`: half precision instead of single gives 47 to 51,
# one step more 37 to 52, another seed 17 to 21. Between them lies what compression that keeps the
# look of a picture begins with (https://en.wikipedia.org/wiki/Peak_signal-to-noise_ratio).
NEAR = 30.0


@dataclass(frozen=True)
class Difference:
    """Between two pictures of one size; mean and max in levels of 0 to 255, over all channels."""

    share: float  # of the pixels that are not equal, 0 to 1
    mean: float
    max: int
    psnr: float | None  # decibels; None: nothing differs


def judge(job: Job, image: Image, pillow: Pillow.Image) -> dict[str, Any] | None:
    """What `Image.verdict` keeps of this unsaved image; None where nothing is to be verified.

    `verdict` is identical, near, different or unknown (nothing left to compare with); `sentence`
    says it in words; `changed` names what the recipes have otherwise.
    """
    if job.batch.verifies_id is None:
        return None
    original = Image.objects.filter(pk=job.batch.verifies_id).first()
    if original is None:
        return _unknown(_("The picture to compare with was deleted meanwhile."))
    try:
        with default_storage.open(original.original) as file:
            before = Pillow.open(file, formats=("PNG",)).convert("RGB")
    except (OSError, SyntaxError, ValueError):
        return _unknown(_("The file of the picture to compare with can't be read."))
    lines = changed(original.recipe, image.recipe)
    if original.company != image.company:
        lines.append(f"company: {original.company} -> {image.company}")
    return _compared(before, pillow.convert("RGB")) | {"changed": lines}


def difference(before: Pillow.Image, after: Pillow.Image) -> Difference:
    """Between two RGB pictures of one size."""
    delta = ImageChops.difference(before, after)
    red, green, blue = delta.split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    pixels = sum(largest)
    # How often each level of difference occurs, all channels together.
    histogram = delta.histogram()
    counts = [sum(histogram[level :: LEVELS + 1]) for level in range(LEVELS + 1)]
    squares = sum(level * level * count for level, count in enumerate(counts)) / (3 * pixels)
    return Difference(
        share=round(1 - largest[0] / pixels, 6),
        mean=round(sum(level * count for level, count in enumerate(counts)) / (3 * pixels), 4),
        max=max(level for level, count in enumerate(counts) if count),
        psnr=round(10 * math.log10(LEVELS**2 / squares), 2) if squares else None,
    )


def _compared(before: Pillow.Image, after: Pillow.Image) -> dict[str, Any]:
    if before.size != after.size:
        sizes = {"before": list(before.size), "after": list(after.size)}
        sentence = _(
            "Different: %(width)s by %(height)s pixels before, %(width2)s by %(height2)s now."
        ) % {
            "width": before.width,
            "height": before.height,
            "width2": after.width,
            "height2": after.height,
        }
        return {"verdict": "different", "sentence": sentence, "difference": sizes}
    found = difference(before, after)
    if found.psnr is None:
        name, sentence = "identical", _("Identical: every pixel is equal.")
    else:
        name = "near" if found.psnr >= NEAR else "different"
        sentence = _(
            "%(verdict)s: %(share)s of the pixels differ, by %(mean)s of 255 levels on"
            " average and %(max)s at most (PSNR %(psnr)s dB)."
        ) % {
            "verdict": name.capitalize(),
            "share": _percent(found.share),
            "mean": f"{found.mean:.2g}",
            "max": found.max,
            "psnr": f"{found.psnr:.1f}",
        }
    return {"verdict": name, "sentence": sentence, "difference": asdict(found)}


def _percent(share: float) -> str:
    return gettext_noop("less than 0.1 %") if share < 0.001 else f"{share:.1%}".replace("%", " %")


def _unknown(sentence: str) -> dict[str, Any]:
    return {"verdict": "unknown", "sentence": sentence, "difference": {}, "changed": []}
