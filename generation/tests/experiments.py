"""What the tests of experiments share: one that is asked for, and its portions being drawn."""

from generation.experiments.asked import Asked
from generation.experiments.create import create
from generation.experiments.place import Place
from generation.experiments.plan import plan
from generation.experiments.running import go_on
from generation.tests.engine import claim, draw


def asked(*axes, **fields):
    base = {"prompt": "a red house", "model": "painter", **fields.pop("base", {})}
    return Asked(base=base, axes=axes, **fields)


def planned(workspace, *axes, author=None, **fields):
    return plan(Place(workspace, author or workspace.owner), asked(*axes, **fields))


def begun(workspace, *axes, author=None, **fields):
    return create(Place(workspace, author or workspace.owner), asked(*axes, **fields))


def states(experiment):
    return [cell.state for cell in experiment.cells.order_by("place")]


def draw_portion(experiment):
    """All that is underway; then what hears of a job's end does its part."""
    while jobs := claim():
        draw(jobs)
    go_on(experiment.pk)
    experiment.refresh_from_db()


def draw_to_the_end(experiment):
    for _ in range(50):
        before = experiment.begun
        draw_portion(experiment)
        if not experiment.is_running or (experiment.begun == before and not experiment.underway):
            return
    raise AssertionError("It never ends.")
