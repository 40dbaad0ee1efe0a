"""What it works from: there exactly when the mode needs it, and the workspace's own."""

from typing import TYPE_CHECKING

from generation.models.cleaning.modes import needed

if TYPE_CHECKING:
    from generation.models.batch import Batch

MISSING = {
    "source": "Choose the picture to work from.",
    "mask": "Paint over what should be drawn anew.",
}
NOT_NEEDED = {
    "source": "From text nothing is worked from: leave the picture out, or choose another mode.",
    "mask": "A mask is for inpainting only: leave it out, or choose that mode.",
}


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    pictures = batch.pictures
    for each in pictures:
        if not each.is_of(batch.workspace):
            errors[each.role] = NOT_THERE
    if "mode" in errors:
        return
    for role in ("source", "mask"):
        is_needed = role in needed(batch.mode)
        found = sum(each.role == role for each in pictures)
        if is_needed and found != 1:
            errors.setdefault(role, MISSING[role])
        elif found and not is_needed:
            errors[role] = NOT_NEEDED[role]
    _clean_references(batch, errors)


def _clean_references(batch: "Batch", errors: dict[str, str]) -> None:
    references = [each for each in batch.pictures if each.role == "reference"]
    most = batch.model.contract.references
    if references and not most:
        errors["reference"] = f"{batch.model.name} can't look at other pictures."
    elif len(references) > most:
        errors["reference"] = f"{batch.model.name} looks at up to {most}, not {len(references)}."
    for position, each in enumerate(references):
        each.position = position


NOT_THERE = "There is no such picture in this workspace."
