"""How large it becomes: as asked for, or as the picture that is worked from has it."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from generation.contract import UPSCALED_SIDE, as_number, is_empty
from generation.models.cleaning.numbers import clean_number
from pixazo.texts.numbers import written

if TYPE_CHECKING:
    from generation.models.batch import Batch

NAMES = {
    "left": gettext_noop("Left"),
    "top": gettext_noop("Top"),
    "right": gettext_noop("Right"),
    "bottom": gettext_noop("Bottom"),
}
SIDES = tuple(NAMES)


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    source = batch.source_size
    if batch.mode != batch.Mode.OUTPAINT:
        if any((batch.margins or {}).values()):
            batch.corrections.append(
                gettext_noop("The margins were not used: they are for outpainting.")
            )
        batch.margins = None
    if batch.awaits_source:
        return  # the size follows a picture that nobody has seen yet
    if batch.mode == batch.Mode.TEXT or source is None:
        _as_asked(batch, errors)
    elif batch.mode == batch.Mode.UPSCALE:
        _enlarge(batch, source, errors)
    elif batch.mode == batch.Mode.OUTPAINT:
        _add_margins(batch, source, errors)
    else:
        size = batch.model.contract.following(source)
        _set(batch, size, source)


def _as_asked(batch: "Batch", errors: dict[str, str]) -> None:
    _complete(batch)
    for name in ("width", "height"):
        clean_number(batch, name, errors)
    if not errors.keys() & {"width", "height"}:
        try:
            batch.model.contract.check_size(batch.width, batch.height)
        except ValueError as error:
            errors["width"] = str(error)


def _complete(batch: "Batch") -> None:
    """Of the few possible sizes, the first with the one side that was given."""
    given = [None if is_empty(side) else side for side in (batch.width, batch.height)]
    for size in batch.model.contract.sizes:
        if given != [None, None] and all(
            side is None or str(side) == str(own) for side, own in zip(given, size, strict=True)
        ):
            batch.width, batch.height = size
            return


def _enlarge(batch: "Batch", source: tuple[int, int], errors: dict[str, str]) -> None:
    assert batch.scale is not None
    width, height = (round(side * batch.scale) for side in source)
    if max(width, height) > UPSCALED_SIDE:
        errors["scale"] = _(
            "Enlarged %(scale)s times this picture would have %(width)s by %(height)s"
            " pixels; a side may have %(upscaled_side)s."
        ) % {
            "scale": written(batch.scale),
            "width": width,
            "height": height,
            "upscaled_side": UPSCALED_SIDE,
        }
        return
    _set(batch, (width, height), (width, height))


def _add_margins(batch: "Batch", source: tuple[int, int], errors: dict[str, str]) -> None:
    """The picture keeps its size, but for what a side has beyond the step."""
    given = batch.margins or {}
    contract = batch.model.contract
    try:
        margins = {side: _margin(batch, side, given.get(side)) for side in SIDES}
    except ValueError as error:
        errors["margins"] = str(error)
        return
    batch.margins = margins
    if not any(margins.values()):
        errors["margins"] = _(
            "Say by how many pixels the picture grows: left, top, right or bottom."
        )
        return
    size: list[int] = []
    for name, first, last in (("width", "left", "right"), ("height", "top", "bottom")):
        own, step = source[len(size)], int(contract[name].step)
        size.append(own // step * step + margins[first] + margins[last])
        if not contract[name].min <= size[-1] <= contract[name].max:
            errors["margins"] = _(
                "With its margins the picture would have %(size)s pixels of %(side)s; this"
                " model draws %(min)s to %(max)s."
            ) % {
                "size": size[-1],
                "side": gettext(contract[name].name),
                "min": written(contract[name].min),
                "max": written(contract[name].max),
            }
    if "margins" not in errors:
        try:
            contract.check_size(*size)
        except ValueError as error:
            errors["margins"] = str(error)
    _set(batch, (size[0], size[1]), None)


def _margin(batch: "Batch", side: str, value: Any) -> int:
    """In whole steps, as the model draws; raises `ValueError`."""
    if is_empty(value):
        return 0
    number = as_number(value, gettext(NAMES[side]))
    if number % 1 or number < 0:
        raise ValueError(
            _("%(side)s must be a whole number of pixels from 0.") % {"side": gettext(NAMES[side])}
        )
    step = int(batch.model.contract["width" if side in ("left", "right") else "height"].step)
    rounded = -(-int(number) // step) * step
    if rounded != number:
        batch.corrections.append(
            gettext_noop(
                "%(side)s set to %(rounded)s: this model draws in steps of %(step)s pixels."
            )
            % {"side": NAMES[side], "rounded": rounded, "step": step}
        )
    return rounded


def _set(batch: "Batch", size: tuple[int, int], natural: tuple[int, int] | None) -> None:
    """`natural` is what whoever sees the picture would expect."""
    asked = [side for side in (batch.width, batch.height) if not is_empty(side)]
    if natural and size != natural:
        batch.corrections.append(
            gettext_noop(
                "Size set to %(width)s by %(height)s: the picture to work from has %(old_width)s"
                " by %(old_height)s pixels, and this model draws in steps and limits."
            )
            % {
                "width": size[0],
                "height": size[1],
                "old_width": natural[0],
                "old_height": natural[1],
            }
        )
    elif asked and [str(side) for side in asked] != [str(side) for side in size]:
        batch.corrections.append(
            gettext_noop(
                "Size set to %(width)s by %(height)s: it follows the picture to work from."
            )
            % {"width": size[0], "height": size[1]}
        )
    batch.width, batch.height = size
