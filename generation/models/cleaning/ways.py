"""How it is made: by which model, with which sampler, and when."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from generation.models.batch import Batch


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    model = batch.model
    if reason := model.refusal_for(batch.author):
        errors["model"] = reason
    _clean_scheduler(batch, errors)
    batch.time_class = batch.time_class or batch.TimeClass.NOW
    if batch.time_class not in batch.TimeClass.values:
        errors["time_class"] = _("The time must be now or whenever.")


def _clean_scheduler(batch: "Batch", errors: dict[str, str]) -> None:
    known = batch.model.contract.schedulers
    batch.scheduler = "" if batch.scheduler is None else batch.scheduler
    if not batch.scheduler or batch.scheduler in known:
        return
    if known:
        errors["scheduler"] = _("The sampler must be one of %(known)s for this model.") % {
            "known": ", ".join(known)
        }
    else:
        batch.scheduler = ""
        batch.corrections.append(
            gettext_noop("The sampler was not used: this model has only its own.")
        )
