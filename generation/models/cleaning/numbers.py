"""How many, from which seed, and the numbers of the contract but for the size."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from generation.contract import MAX_COUNT, MAX_SEED, VARIATIONS, Parameter, as_number, is_empty
from pixazo.texts.numbers import counted

if TYPE_CHECKING:
    from generation.models.batch import Batch


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    batch.count = 1 if is_empty(batch.count) else batch.count
    _clean_whole(batch, "count", gettext_noop("Images"), 1, MAX_COUNT, errors)
    _clean_count(batch, errors)
    if is_empty(batch.seed):
        batch.seed = None  # type: ignore[assignment]  # chance, which `submit` asks
    else:
        _clean_whole(batch, "seed", "Seed", 0, MAX_SEED, errors)
    for name in ("num_inference_steps", "guidance_scale"):
        clean_number(batch, name, errors)
    _clean_variation(batch, errors)
    _clean_strength(batch, errors)
    _clean_scale(batch, errors)


def _clean_count(batch: "Batch", errors: dict[str, str]) -> None:
    """By the plan; one picture is what every plan allows."""
    if "count" in errors or batch.count == 1:
        return
    most = batch.account.images_per_request
    if most is not None and batch.count > most:
        errors["count"] = ngettext(
            "With your plan %(most)s picture of a prompt can be asked for at once.",
            "With your plan %(most)s pictures of a prompt can be asked for at once.",
            most,
        ) % {"most": most}


def clean_number(batch: "Batch", name: str, errors: dict[str, str]) -> None:
    """One number of the contract: its default where it was left out, corrected where it is
    fixed, else checked."""
    parameter: Parameter = batch.model.contract[name]
    value = getattr(batch, name)
    if parameter.fixed or is_empty(value):
        if not is_empty(value) and (said := parameter.corrected(value)):
            batch.corrections.append(said)
        setattr(batch, name, parameter.value)
        return
    try:
        setattr(batch, name, parameter.check(value))
    except ValueError as error:
        errors[name] = str(error)


def _clean_variation(batch: "Batch", errors: dict[str, str]) -> None:
    """A word for the strength of a variation."""
    if is_empty(batch.variation):
        return
    if not isinstance(batch.variation, str) or batch.variation not in VARIATIONS:
        errors["variation"] = _("The variation must be %(variations)s.") % {
            "variations": f" {_('or')} ".join(VARIATIONS)
        }
    elif batch.mode != batch.Mode.VARIATION:
        batch.corrections.append(
            gettext_noop("The variation was not used: it is for that mode only.")
        )
    elif "mode" not in errors:
        _vary(batch, batch.model.contract["strength"], errors)


def _vary(batch: "Batch", parameter: Parameter, errors: dict[str, str]) -> None:
    if not is_empty(batch.strength):
        errors["variation"] = _("Send the strength or the variation, not both.")
    elif parameter.fixed:
        batch.corrections.append(
            gettext_noop("The variation was not used: %(reason)s") % {"reason": parameter.reason}
        )
    else:
        batch.strength = parameter.nearest(VARIATIONS[batch.variation])


def _clean_strength(batch: "Batch", errors: dict[str, str]) -> None:
    if batch.mode not in batch.FROM_A_PICTURE or "mode" in errors:
        _leave_out(
            batch,
            "strength",
            gettext_noop("Strength was not used: it is for working from a picture."),
        )
        return
    parameter = batch.model.contract["strength"]
    if is_empty(batch.strength) and batch.mode == batch.Mode.UPSCALE:
        batch.strength = None  # the provider knows how little is enough
        return
    if is_empty(batch.strength) and batch.mode == batch.Mode.OUTPAINT:
        batch.strength = parameter.max  # what is added has no beginning that could be kept
    clean_number(batch, "strength", errors)
    if not parameter.used:
        batch.strength = None
    elif batch.strength is not None and not errors.keys() & {"strength", "num_inference_steps"}:
        try:
            batch.model.contract.check_strength(batch.num_inference_steps, batch.strength)
        except ValueError as error:
            errors["num_inference_steps"] = str(error)


def _clean_scale(batch: "Batch", errors: dict[str, str]) -> None:
    if batch.mode == batch.Mode.UPSCALE and "mode" not in errors:
        clean_number(batch, "scale", errors)
    else:
        _leave_out(
            batch, "scale", gettext_noop("Scale was not used: it is for enlarging a picture.")
        )


def _leave_out(batch: "Batch", name: str, sentence: str) -> None:
    if not is_empty(getattr(batch, name)):
        batch.corrections.append(sentence)
    setattr(batch, name, None)


def _clean_whole(
    batch: "Batch", name: str, label: str, lowest: int, highest: int, errors: dict[str, str]
) -> None:
    try:
        number = as_number(getattr(batch, name), gettext(label))
    except ValueError:
        number = 0.5
    if number % 1:
        errors[name] = _("%(label)s must be a whole number.") % {"label": gettext(label)}
    elif not lowest <= number <= highest:
        errors[name] = _("%(label)s must be from %(lowest)s to %(highest)s, not %(number)s.") % {
            "label": gettext(label),
            "lowest": lowest,
            "highest": counted(highest),
            "number": counted(int(number)),
        }
    setattr(batch, name, int(number))
