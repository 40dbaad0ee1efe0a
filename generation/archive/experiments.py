"""Experiments, their cells, and what was said when their pictures were compared."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from billing.units import plain
from generation.archive import shapes
from generation.models import Cell, Experiment, Vote
from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape, positive, whole
from workspaces.models import Workspace

EXPERIMENT = Shape(
    Experiment,
    *("name", "kind", "axes", "asked", "count", "ceiling", "stop_after", "pause_after", "begun"),
    "state",
)
CELL = Shape(Cell, "place", "at", "request", "units", "state", "said")
VOTE = Shape(Vote, "verdict")
ENDED = (Experiment.State.DONE, Experiment.State.STOPPED)
UNFINISHED = (Cell.State.PLANNED, Cell.State.UNDERWAY)
MOST_AXES = 3


class Experiments(Section):
    name, title, rank = "experiments", gettext_lazy("Experiments"), 80

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        for row in leaving.workspace.experiments.living().order_by("id").iterator():
            number = leaving.number(self.name, row.pk)
            facts = leaving.outward(EXPERIMENT.facts(row))
            facts["asked"] = {"base": {}} | facts["asked"]
            # What still runs here does not run there.
            state = row.state if row.state in ENDED else Experiment.State.STOPPED
            yield {"number": number, "created": row.created.isoformat()} | facts | {"state": state}

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = self.read(row, arrival)
        there = arrival.there(self.name, _there).get((created_of(row), fresh.kind, fresh.name))
        if there is None:
            return [Found.NEW]
        arrival.note(self.name, row, there)
        return [Found.SAME]

    def read(self, row: Facts, arrival: Arrival) -> Experiment:
        fresh: Experiment = EXPERIMENT.read(row)
        positive(fresh.ceiling, "ceiling")
        shapes.check(fresh.axes, shapes.AXES, "axes")
        shapes.check(fresh.asked, shapes.ASKED, "asked")
        is_listed = len(fresh.axes) <= MOST_AXES and all(axis["values"] for axis in fresh.axes)
        if not is_listed or fresh.state not in ENDED:
            raise Refused.because("json", "axes")
        fresh.axes = arrival.inward(fresh.axes)
        fresh.asked = {"base": {}} | arrival.inward(fresh.asked)  # asked for again, it needs one
        return fresh

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        new, created = [], {}
        for row in rows:
            if self.judge(row, arrival)[0] is not Found.NEW:
                continue
            fresh = self.read(row, arrival)
            fresh.workspace, fresh.author = arrival.place, arrival.person
            fresh.pk = arrival.new_id(self.name, created_of(row))
            created[fresh.pk] = created_of(row)
            arrival.note("new", row, fresh.pk)
            arrival.note(self.name, row, fresh.pk)
            new.append(fresh)
        add(new, created)


class Cells(Section):
    name, title, rank = "cells", gettext_lazy("Pictures of experiments"), 85

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        mine = leaving.workspace.experiments.living()
        cells = Cell.objects.filter(experiment__in=mine).order_by("experiment", "place")
        for row in cells.iterator():
            state = Cell.State.CANCELLED if row.state in UNFINISHED else row.state
            yield {
                "experiment": leaving.ref(row.experiment_id),
                **CELL.facts(row),
                "request": leaving.outward(row.request),
                "asked": leaving.ref(row.batch_id),
                "state": state,
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = CELL.read(row)
        positive(fresh.units, "units")
        at = fresh.at
        if not isinstance(at, list) or fresh.state in UNFINISHED:
            raise Refused.because("json", "at")
        for each in at:
            whole(each)
        if fresh.request != {}:
            known = shapes.having(shapes.REQUEST, "model", "pictures")
            shapes.check(fresh.request, known, "request")
        return ()  # its experiment is what is counted

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        # Only of what has come with this archive: what was here has its own.
        mine = {whole(row.get("experiment")) for row in rows}
        ids = {number: arrival.id_of("new", number) for number in mine}
        experiments = Experiment.objects.in_bulk([pk for pk in ids.values() if pk])
        batches = [arrival.id_of("requests", row.get("asked")) for row in rows]
        taken = set(Cell.objects.filter(batch__in=batches).values_list("batch", flat=True))
        new: list[Cell] = []
        for row, batch in zip(rows, batches, strict=True):
            self.judge(row, arrival)
            experiment = experiments.get(ids[row["experiment"]])
            if experiment is None:
                continue
            cell = CELL.read(row, experiment=experiment)
            _check_place(cell, experiment)
            cell.request = arrival.inward(cell.request)
            cell.batch_id = None if batch in taken else batch
            if batch:
                taken.add(batch)
            new.append(cell)
        Cell.objects.bulk_create(new)
        for experiment in experiments.values():
            _settle(experiment)


class Votes(Section):
    """Those of whoever exports: what others said of a pair is theirs, and stays."""

    name, title, rank = "votes", gettext_lazy("Comparisons"), 90

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        mine = leaving.workspace.experiments.living()
        votes = Vote.objects.filter(experiment__in=mine, voter=leaving.workspace.owner_id)
        for row in votes.select_related("first", "second").order_by("id").iterator():
            yield {
                "experiment": leaving.ref(row.experiment_id),
                "created": row.created.isoformat(),
                "first": row.first.place,
                "second": row.second.place,
                **VOTE.facts(row),
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        VOTE.read(row)
        created_of(row)
        if whole(row.get("first")) >= whole(row.get("second")):
            raise Refused.because("json", "votes")
        return ()

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        mine = {arrival.id_of("new", whole(row.get("experiment"))) for row in rows} - {None}
        cells = Cell.objects.filter(experiment__in=mine)
        known = {(cell.experiment_id, cell.place): cell.pk for cell in cells}
        new, created = {}, {}
        for row in rows:
            self.judge(row, arrival)
            experiment = arrival.id_of("new", row["experiment"])
            if experiment is None:
                continue
            pair = [known.get((experiment, row[name])) for name in ("first", "second")]
            if None in pair:
                raise Refused.because("json", "votes")
            vote = VOTE.read(row, experiment_id=experiment, voter=arrival.person)
            vote.first_id, vote.second_id = pair
            vote.pk = arrival.new_id(self.name, created_of(row))
            created[vote.pk] = created_of(row)
            new[tuple(pair)] = vote
        add(list(new.values()), created)


def _there(workspace: Workspace) -> dict[Any, Any]:
    rows = workspace.experiments.living().values_list("created", "kind", "name", "pk")
    return {(created, kind, name): pk for created, kind, name, pk in rows}


def _check_place(cell: Cell, experiment: Experiment) -> None:
    lengths = [len(axis["values"]) for axis in experiment.axes]
    is_on_it = len(cell.at) == len(lengths)
    if not is_on_it or any(at >= most for at, most in zip(cell.at, lengths, strict=True)):
        raise Refused.because("json", "at")


def _settle(experiment: Experiment) -> None:
    """What was made counts as taken, in its books only: nobody's units are."""
    made = experiment.cells.filter(state=Cell.State.MADE).values_list("units", flat=True)
    units = plain(sum(made))
    rows = Experiment.objects.filter(pk=experiment.pk)
    rows.update(taken=units, ceiling=max(experiment.ceiling, units))
