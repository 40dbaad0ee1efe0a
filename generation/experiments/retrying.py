"""The only place where all that failed of an experiment is asked for once more: as much of it as
can be, and of the rest it is said why not."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from generation.experiments.running import go_on
from generation.models import Cell, Experiment
from generation.retry import retry
from pixazo.errors import UserError


@dataclass(frozen=True)
class Retried:
    count: int
    refused: dict[str, int]  # why not, and of how many; most first

    @property
    def is_whole(self) -> bool:
        return not self.refused

    @property
    def sentence(self) -> str:
        said = ngettext(
            "%(count)s picture is asked for once more.",
            "%(count)s pictures are asked for once more.",
            self.count,
        ) % {"count": self.count}
        for reason, count in self.refused.items():
            more = ngettext("%(count)s is not: %(reason)s", "%(count)s are not: %(reason)s", count)
            said += " " + more % {"count": count, "reason": reason}
        return said


def retry_failed(experiment: Experiment, author: Any) -> Retried:
    """As far as the ceiling and the author's units allow. What was not possible is planned again,
    and begun where it runs."""
    experiment.settle()
    count = 0
    refused: Counter[str] = Counter()
    failed = experiment.cells.filter(state=Cell.State.FAILED).select_related("batch__model")
    for cell in failed.prefetch_related("batch__jobs").order_by("place"):
        job = cell.job
        if job is None or not job.is_retryable:
            continue
        try:
            retry(job, author)
            count += 1
        except UserError as error:
            # One that is too dear or forbidden by now says nothing of the others.
            refused[error.sentence] += 1
    for cell in experiment.cells.filter(state=Cell.State.REFUSED).exclude(request={}):
        count += cell.plan_again()
    go_on(experiment.pk)
    return Retried(count, dict(refused.most_common()))
