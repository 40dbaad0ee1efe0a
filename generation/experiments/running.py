"""The only place where an experiment goes on: a portion of its cells is asked for at a time, each
as an ordinary batch, and the next ones as pictures end.

Whoever calls `go_on`, however often and from however many processes: a cell is begun once, and the
ceiling is never passed. A crash between two cells loses nothing, the sweeper calls again.
"""

import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Account, OutOfUnits
from billing.units import Units
from generation.experiments import requests
from generation.experiments.place import Place
from generation.holds import TooManyWaiting
from generation.models import Batch, Cell, Experiment
from generation.submit import check, submit
from pixazo.api import refusal
from pixazo.errors import UserError
from pixazo.logs.context import request_id
from pixazo.texts.kept import in_english
from pixazo.texts.numbers import written

log = logging.getLogger(__name__)

PORTION = 8  # pictures underway: few enough that its person's other work is next soon


class NotNow(UserError):
    code = "not_now"
    status = 409


class NotTheirs(UserError):
    code = "not_yours"
    status = 403


class _NoRoom(Exception):
    """Somebody else begins the rest, or it may not be begun now."""


def go_on(pk: UUID) -> None:
    """Count what has ended, and begin what may be begun. Nothing to do where it has gone, also
    while this looks at it."""
    rows = Experiment.objects.select_related("workspace", "author")
    # Whoever made a picture end: what is written down here is read by others.
    with in_english(), suppress(Experiment.DoesNotExist):
        _go_on(rows.get(pk=pk))


def _go_on(experiment: Experiment) -> None:
    experiment.settle()
    experiment.refresh_from_db()
    _end_by_rule(experiment)
    _end_without_its_author(experiment)
    place = Place(experiment.workspace, experiment.author)
    portion = _portion(place)
    while experiment.is_running and _begin_next(experiment, place, portion):
        pass
    _conclude(experiment)


def pause(experiment: Experiment) -> None:
    """What is underway is drawn."""
    if not experiment.end(Experiment.State.PAUSED, Experiment.Reason.PERSON):
        raise NotNow(_("This experiment is not running."))


def stop(experiment: Experiment) -> None:
    """What waits is cancelled; what is being drawn is finished."""
    if not experiment.stop():
        raise NotNow(_("This experiment has ended already."))
    for job in experiment.waiting_jobs():
        job.cancel()
    experiment.settle()


def check_may_resume(experiment: Experiment, user: Any) -> None:
    """Only whose units it takes. Raises `NotTheirs`."""
    if experiment.author_id != user.pk:
        raise NotTheirs(
            _(
                "Somebody else began this experiment, and it takes their units: only they may let"
                " it go on."
            )
        )


def resume(experiment: Experiment, ceiling: Units | None = None) -> None:
    if ceiling is not None and ceiling < experiment.taken:
        raise NotNow(
            _("The ceiling can't be below the %(taken)s units already taken.")
            % {"taken": written(experiment.taken)}
        )
    if not experiment.resume(ceiling, request_id()):
        raise NotNow(_("Only an experiment that is paused or stopped can go on."))
    go_on(experiment.pk)


def sweep() -> None:
    """After a crash: all that run, and all of which something is to be counted."""
    for pk in Experiment.objects.live().values_list("pk", flat=True):
        try:
            go_on(pk)
        except Exception:
            log.exception("The experiment %s could not go on; the next sweep tries again.", pk)


def _begin_next(experiment: Experiment, place: Place, portion: int) -> bool:
    """Begin one cell, or say of it that it is not possible; False where no more can be begun."""
    cell = experiment.cells.planned().first()
    if cell is None:
        return False
    try:
        batch = requests.revived(place, cell.request)
        # What happens to be worked on now is another picture's.
        batch.request_id = experiment.request_id
        batch.idempotency_key = f"experiment:{experiment.pk}:{cell.place}"
        check(batch)
        if batch.units != cell.units:
            # Staff have changed the model's price since: what there is room for goes by the new.
            Cell.objects.filter(pk=cell.pk, state=Cell.State.PLANNED).update(units=batch.units)
        with transaction.atomic():
            _begin(experiment, cell, batch, portion)
    except _NoRoom:
        return False
    except OutOfUnits as error:
        experiment.end(Experiment.State.PAUSED, Experiment.Reason.UNITS, error.sentence)
        return False
    except TooManyWaiting:
        return False  # the sweeper tries again when some of them are drawn
    except ValidationError as error:
        return _refuse(experiment, cell, refusal(error).sentence)
    except UserError as error:
        return _refuse(experiment, cell, error.sentence)
    finally:
        # Also what a rolled back transaction had counted.
        experiment.refresh_from_db(fields=["state", "taken", "underway", "begun"])
    return True


def _begin(experiment: Experiment, cell: Cell, batch: Batch, portion: int) -> None:
    if not experiment.take(batch.units, portion) or not cell.take():
        raise _NoRoom
    kept = submit(batch)
    Cell.objects.filter(pk=cell.pk).update(batch=kept, units=batch.units)


def _refuse(experiment: Experiment, cell: Cell, sentence: str) -> bool:
    if cell.refuse(sentence):
        experiment.note_failure()
    _end_by_rule(experiment)
    return experiment.is_running


def _end_by_rule(experiment: Experiment) -> None:
    most = experiment.stop_after
    if most and experiment.failures >= most:
        experiment.end(Experiment.State.STOPPED, Experiment.Reason.FAILURES)


def _end_without_its_author(experiment: Experiment) -> None:
    """Whoever has left the workspace or the site, or may only look by now, draws nothing more."""
    if not experiment.is_running:
        return
    membership = experiment.workspace.memberships.filter(user=experiment.author).first()
    if not (experiment.author.is_active and membership and membership.may_generate()):
        experiment.end(Experiment.State.STOPPED, Experiment.Reason.PERSON)


def _conclude(experiment: Experiment) -> None:
    """Nothing more can be begun: say why, if it stays so."""
    experiment.refresh_from_db()
    if not experiment.is_running:
        return
    following = experiment.cells.planned().first()
    looked_at = experiment.pause_after
    if following is None:
        if not experiment.underway:
            experiment.end(Experiment.State.DONE)
    elif looked_at and experiment.begun >= looked_at:
        experiment.end(Experiment.State.PAUSED, Experiment.Reason.LOOK)
    elif not experiment.underway and following.units > experiment.has_room:
        # While something is underway it may fail, and leave its units to the next.
        experiment.end(Experiment.State.STOPPED, Experiment.Reason.CEILING)


def _portion(place: Place) -> int:
    """Where a plan lets few pictures wait, half of them: the person's own requests find room."""
    waiting = Account.objects.of(place.author).waiting_jobs
    return PORTION if waiting is None else max(1, min(PORTION, waiting // 2))
