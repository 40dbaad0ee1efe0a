"""The only place that keeps an experiment: its row and all its cells at once; then its first
portion is begun."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ApiKey
from billing.units import Units, plain
from generation.contract import as_number
from generation.experiments import requests
from generation.experiments.asked import Asked
from generation.experiments.place import Place
from generation.experiments.plan import Plan, Planned, plan
from generation.experiments.running import go_on
from generation.models import Cell, Experiment
from generation.submit import KeyReused
from pixazo.errors import UserError
from pixazo.logs.context import request_id

LARGEST = 32_000


class NotPossible(UserError):
    """Some of it can't be made: whoever asks decides whether the rest should be."""

    code = "not_possible"
    status = 422


def create(place: Place, asked: Asked, api_key: ApiKey | None = None) -> Experiment:
    """Raises `UserError` for what can't be asked for. The same key comes once: the first
    experiment is returned, or `KeyReused` raised where something else is asked for."""
    if asked.key and (earlier := _of_key(place, asked)):
        return earlier
    found = plan(place, asked, final=True)
    _check(found, asked)
    cells = [cell for cell in found.cells if cell.batch or found.kind == Experiment.Kind.GRID]
    experiment = Experiment(
        workspace=place.workspace,
        author=place.author,
        name=asked.name.strip()[:100],
        kind=found.kind,
        axes=[axis.as_dict() for axis in found.axes],
        asked=asked.as_dict(),
        count=len(cells),
        key=asked.key,
        request_id=request_id(),
        **budget(asked.budget, found.units),
    )
    try:
        with transaction.atomic():
            experiment.save(force_insert=True)
            Cell.objects.bulk_create(
                _cell(experiment, number, cell) for number, cell in enumerate(cells)
            )
            if api_key:
                # All that it may ever take: it goes on without the key, and its ceiling may rise.
                api_key.spend(found.units)
            experiment.announce()
    except IntegrityError:
        if asked.key and (earlier := _of_key(place, asked)):
            return earlier
        raise
    go_on(experiment.pk)
    experiment.refresh_from_db()
    return experiment


def budget(given: dict[str, Any], units: Units) -> dict[str, Any]:
    """`ceiling`, `stop_after` and `pause_after` as they are kept; raises `UserError`."""
    return {
        "ceiling": ceiling(given.get("ceiling"), units),
        "stop_after": _whole(given, "stop_after", _("Stop after failures")),
        "pause_after": _whole(given, "pause_after", _("Pause after pictures")),
    }


def ceiling(given: Any, usual: Units) -> Units:
    """In half units, as pictures are counted; raises `UserError`."""
    if given in (None, ""):
        return usual
    try:
        number = as_number(given, _("The ceiling"))
    except ValueError as error:
        raise _refused("ceiling", str(error)) from None
    if not 0.5 <= number <= 1_000_000 or number * 2 != int(number * 2):
        raise _refused("ceiling", _("The ceiling must be a number of units, such as 50."))
    return plain(number)


def _whole(given: dict[str, Any], name: str, label: str) -> int | None:
    value = given.get(name)
    if value in (None, ""):
        return None
    try:
        number = as_number(value, label)
    except ValueError as error:
        raise _refused(name, str(error)) from None
    if number != int(number) or not 1 <= number <= LARGEST:
        raise _refused(name, _("%(label)s: a whole number from 1, or nothing.") % {"label": label})
    return int(number)


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})


def _check(found: Plan, asked: Asked) -> None:
    if not found.count:
        raise NotPossible(found.problems[0].sentence)
    if found.problems and not asked.skips:
        bad = sum(problem.count for problem in found.problems)
        sentence = ngettext(
            "%(bad)s of %(all)s pictures is not possible: mend this, or go on with the other"
            " %(count)s. %(problem)s",
            "%(bad)s of %(all)s pictures are not possible: mend this, or go on with the other"
            " %(count)s. %(problem)s",
            bad,
        )
        raise NotPossible(
            sentence
            % {
                "bad": bad,
                "all": len(found.cells),
                "count": found.count,
                "problem": found.problems[0].sentence,
            }
        )


def _cell(experiment: Experiment, number: int, cell: Planned) -> Cell:
    batch = cell.batch
    return Cell(
        experiment=experiment,
        place=number,
        at=cell.at,
        request=requests.kept(batch) if batch else {},
        units=batch.units if batch else 0,
        state=Cell.State.PLANNED if batch else Cell.State.REFUSED,
        said=cell.kept[:500],
    )


def _of_key(place: Place, asked: Asked) -> Experiment | None:
    earlier = Experiment.objects.filter(author=place.author, key=asked.key).first()
    if earlier and _said(Asked.of(earlier.asked)) != _said(asked):
        raise KeyReused(_("This idempotency key was used for a different request before."))
    return earlier


def _said(asked: Asked) -> dict[str, Any]:
    """Without the topic, which is filled in where none is named."""
    base = {name: value for name, value in asked.base.items() if name != "topic"}
    return asked.as_dict() | {"base": base}
