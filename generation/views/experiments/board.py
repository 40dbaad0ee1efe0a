"""What the page of an experiment shows: its table, as the looker has arranged it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from generation.estimate import Told, tell
from generation.experiments.arranged import Arrangement, arranged
from generation.experiments.naming import axis_label, value_label
from generation.models import Cell, Experiment, Image, Job
from generation.views.experiments import found
from workspaces.access import WorkspaceRequest


@dataclass(frozen=True)
class Shown:
    """One cell; `label` is what its column, row and page are."""

    cell: Cell
    job: Job | None
    image: Image | None
    told: Told
    may_change: bool
    label: str
    may_stop: bool  # also where they may change nothing by now

    @property
    def preview(self) -> int | None:
        preview = getattr(self.job, "preview", None)
        return preview.number if preview else None


@dataclass(frozen=True)
class Board:
    experiment: Experiment
    arrangement: Arrangement
    rows: list[tuple[str, list[Shown | None]]]
    counts: dict[str, int]
    may_change: bool
    may_resume: bool  # it takes its author's units

    @property
    def is_table(self) -> bool:
        return self.arrangement.rows is not None

    @property
    def query(self) -> str:
        known = {"order": self.arrangement.order}
        if self.arrangement.page:
            known["page"] = str(self.arrangement.page)
        return urlencode(known)

    @property
    def finished(self) -> int:
        return self.experiment.count - self.counts["planned"] - self.counts["underway"]

    @property
    def failed(self) -> int:
        """What a retry of all would try."""
        return self.counts["failed"]


def board(request: WorkspaceRequest, experiment: Experiment) -> Board:
    arrangement = arranged(experiment, request.GET.get("order", ""), request.GET.get("page", ""))
    every = list(experiment.cells.only("experiment", "at", "state", "place").order_by("place"))
    pks = [cell.pk for cell in arrangement.shown(every)]
    rows = found.cells(experiment.cells.filter(pk__in=pks))
    cells = shown(request, experiment, list(rows))
    table = arrangement.table(cells, at=lambda each: each.cell.at)
    labels = arrangement.rows.values if arrangement.rows else [""]
    counts = {state: sum(cell.state == state for cell in every) for state in Cell.State.values}
    return Board(
        experiment,
        arrangement,
        list(zip(labels, table, strict=True)),
        counts,
        found.may_change(request, experiment),
        experiment.author_id == request.user.pk and request.membership.may_generate(),
    )


def shown(request: WorkspaceRequest, experiment: Experiment, cells: Sequence[Cell]) -> list[Shown]:
    jobs = [job for cell in cells if (job := cell.job)]
    told = tell(jobs)
    may_change = found.may_change(request, experiment)
    return [
        Shown(
            cell,
            cell.job,
            cell.image,
            told.get(cell.job.pk, Told()) if cell.job else Told(),
            may_change,
            label_of(experiment, cell),
            may_change or bool(cell.job and cell.job.author_id == request.user.pk),
        )
        for cell in cells
    ]


def label_of(experiment: Experiment, cell: Cell) -> str:
    """Steps 4, Seed 7; of a list its prompt."""
    parts = []
    for axis, number in zip(experiment.axes, cell.at, strict=False):
        value = value_label(axis, number)
        parts.append(value if axis["name"] == "row" else f"{axis_label(axis)} {value}")
    return ", ".join(parts)
