"""The one check of a request: refused in sentences, one a field, or corrected and said so.

What a request holds afterwards is complete and canonical. Whoever submits it, from whichever door,
passes through here.
"""

from typing import TYPE_CHECKING

from generation.models.cleaning import loras, modes, numbers, pictures, sizes, texts, ways

if TYPE_CHECKING:
    from generation.models.batch import Batch

Errors = dict[str, str]


def clean(batch: "Batch") -> Errors:
    """Fill in, correct and check an unsaved batch; the sentences of what is refused, by field."""
    errors: Errors = {}
    modes.clean(batch, errors)
    texts.clean(batch, errors)
    ways.clean(batch, errors)
    numbers.clean(batch, errors)
    loras.clean(batch, errors)
    pictures.clean(batch, errors)
    if not errors.keys() & {"mode", "source", "mask", "scale", "margins"}:
        sizes.clean(batch, errors)
    if remark := batch.model.remark_on(batch.drawn_prompt if not errors else ""):
        batch.corrections.append(remark)
    return errors
