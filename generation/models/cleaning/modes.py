"""What is done: from text, or from a picture, and in which way."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from generation.contract import is_empty
from pixazo.texts.words import within

if TYPE_CHECKING:
    from generation.models.batch import Batch


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    batch.mode = batch.mode or _meant(batch)
    modes = batch.model.contract.modes
    if batch.mode in modes:
        return
    if batch.mode not in batch.Mode.values:
        errors["mode"] = _("The mode must be one of %(modes)s.") % {"modes": ", ".join(modes)}
        return
    possible = ", ".join(within(str(batch.Mode(mode).label)) for mode in modes)
    wanted = within(str(batch.Mode(batch.mode).label))
    errors["mode"] = _("%(name)s can't do this (%(wanted)s). It can: %(possible)s.") % {
        "name": batch.model.name,
        "wanted": wanted,
        "possible": possible,
    }


def _meant(batch: "Batch") -> str:
    """Where none was named: what the rest of the request is for. Where the model can't do that,
    the first of its modes that the pictures are right for, or not yet enough."""
    likely, modes = _likely(batch), batch.model.contract.modes
    if likely in modes:
        return likely
    given = {each.role for each in batch.pictures} & {"source", "mask"}
    fitting = [mode for mode in modes if needed(mode) == given]
    lacking = [mode for mode in modes if needed(mode) > given]
    return next(iter([*fitting, *lacking]), likely)


def _likely(batch: "Batch") -> str:
    roles = {each.role for each in batch.pictures}
    if "mask" in roles:
        return batch.Mode.INPAINT
    if "source" not in roles:
        return batch.Mode.TEXT
    if any((batch.margins or {}).values()):
        return batch.Mode.OUTPAINT
    if batch.variation:
        return batch.Mode.VARIATION
    return batch.Mode.IMAGE if is_empty(batch.scale) else batch.Mode.UPSCALE


def needed(mode: str) -> set[str]:
    """The pictures that a mode can't do without."""
    return {"text": set[str](), "inpaint": {"source", "mask"}}.get(mode, {"source"})
