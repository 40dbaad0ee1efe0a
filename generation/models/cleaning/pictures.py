"""What it works from: there exactly when the mode needs it, and the workspace's own."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from generation.models.cleaning.modes import needed

if TYPE_CHECKING:
    from generation.models.batch import Batch

MISSING = {
    "source": gettext_noop("Choose the picture to work from."),
    "mask": gettext_noop("Paint over what should be drawn anew."),
}
NOT_NEEDED = {
    "source": gettext_noop(
        "From text nothing is worked from: leave the picture out, or choose another mode."
    ),
    "mask": gettext_noop("A mask is for inpainting only: leave it out, or choose that mode."),
}


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    pictures = batch.pictures
    for each in pictures:
        if not each.is_of(batch.workspace):
            errors[each.role] = gettext(NOT_THERE)
    if "mode" in errors:
        return
    for role in ("source", "mask"):
        is_needed = role in needed(batch.mode)
        found = sum(each.role == role for each in pictures)
        if is_needed and found != 1:
            errors.setdefault(role, gettext(MISSING[role]))
        elif found and not is_needed:
            errors[role] = gettext(NOT_NEEDED[role])
    _clean_references(batch, errors)


def _clean_references(batch: "Batch", errors: dict[str, str]) -> None:
    references = [each for each in batch.pictures if each.role == "reference"]
    most = batch.model.contract.references
    if references and not most:
        errors["reference"] = _("%(name)s can't look at other pictures.") % {
            "name": batch.model.name
        }
    elif len(references) > most:
        errors["reference"] = _("%(name)s looks at up to %(most)s, not %(references)s.") % {
            "name": batch.model.name,
            "most": most,
            "references": len(references),
        }
    for position, each in enumerate(references):
        each.position = position


NOT_THERE = gettext_noop("There is no such picture in this workspace.")
