"""What an experiment would make and take, before anything is kept: each cell is a whole request,
checked by the model's contract as any other."""

import secrets
from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from billing.models import Account
from billing.units import Units, plain
from generation import estimate
from generation.contract import MAX_SEED, is_empty
from generation.experiments import axes, requests, rows
from generation.experiments.asked import Asked
from generation.experiments.axes import Axis, Ground, Value
from generation.experiments.place import Place
from generation.models import Batch, Experiment
from generation.safety import prompts as safety
from pixazo.api import refusal
from pixazo.errors import UserError
from pixazo.texts.kept import in_english, shown
from pixazo.texts.numbers import counted

ROW = "row"


class TooManyCells(UserError):
    code = "too_many_pictures"
    status = 422


@dataclass(frozen=True)
class Planned:
    """One picture; `said` is why it is not possible, and there is no batch then. `kept` says the
    same in English: whoever looks at it later may speak another language."""

    at: list[int]
    batch: Batch | None
    said: str = ""
    kept: str = ""
    line: int | None = None  # of a list


@dataclass(frozen=True)
class Problem:
    sentence: str
    line: int | None = None
    count: int = 1  # pictures that it concerns


@dataclass(frozen=True)
class Plan:
    kind: str
    axes: list[Axis]
    cells: list[Planned]
    problems: list[Problem]
    remarks: list[str]
    seconds: tuple[int, int] | None
    good: list[Batch] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Pictures that can be made."""
        return len(self.good)

    @property
    def units(self) -> Units:
        return plain(sum(batch.units for batch in self.good))


def plan(place: Place, asked: Asked, *, final: bool = False) -> Plan:
    """Raises `UserError` where none of it is possible. `final`: it is about to be kept, so that the
    safety policy looks as well, which remembers what it holds back."""
    found, cells, remarks = _list(place, asked) if asked.is_list else _grid(place, asked)
    if final:
        cells = _held_back(cells)
    good = [cell.batch for cell in cells if cell.batch]
    said = Counter(line for batch in good for line in batch.corrections)
    remarks += [f"{line} ({count} pictures)" if count > 1 else line for line, count in said.items()]
    kind = Experiment.Kind.LIST if asked.is_list else Experiment.Kind.GRID
    seconds = estimate.together(good) if good else None
    return Plan(kind, found, cells, list(_problems(cells)), remarks, seconds, good)


def _grid(place: Place, asked: Asked) -> tuple[list[Axis], list[Planned], list[str]]:
    model = place.model(str(asked.base.get("model") or ""))
    found = _axes(Ground(place, model, "model" not in dict(asked.axes)), asked)
    count = 1
    for axis in found:
        count *= len(axis.values)
    _check_count(place, count)
    base = dict(asked.base)
    if is_empty(base.get("seed")):
        base["seed"] = secrets.randbelow(MAX_SEED + 1)  # one for all: else they differ by chance
    account = Account.objects.of(place.author)
    cells = []
    for at in product(*(range(len(axis.values)) for axis in found)):
        sets: dict[str, Any] = {}
        for axis, number in zip(found, at, strict=True):
            sets |= axis.values[number].sets
        cells.append(_planned(place, base | sets, list(at), account))
    return found, cells, []


def _axes(ground: Ground, asked: Asked) -> list[Axis]:
    if not asked.axes:
        sentence = _("Choose at least one thing that varies.")
        raise UserError(sentence, code="invalid", fields={"axis1": [sentence]})
    if len(asked.axes) > axes.MOST:
        raise UserError(
            _("An experiment has up to %(most)s axes.") % {"most": axes.MOST}, code="invalid"
        )
    found: list[Axis] = []
    for number, (name, text) in enumerate(asked.axes, start=1):
        try:
            _check_once(ground, name, found)
            found.append(axes.read(ground, name, text))
        except UserError as error:
            error.fields = {f"axis{number}": [error.sentence]}
            raise
    return found


def _check_once(ground: Ground, name: str, found: list[Axis]) -> None:
    if name in [axis.name for axis in found]:
        label = axes.label_of(ground.place, name)
        raise UserError(
            _("%(label)s is on two axes. Choose another one.") % {"label": shown(label)},
            code="invalid",
        )


def _list(place: Place, asked: Asked) -> tuple[list[Axis], list[Planned], list[str]]:
    try:
        read = rows.read(asked.rows)
    except ValueError as error:
        raise _of_rows(str(error)) from None
    if not read.rows:
        raise _of_rows(_("The list is empty: write a prompt on each line."))
    _check_count(place, sum(not row.error for row in read.rows))
    account = Account.objects.of(place.author)
    cells: list[Planned] = []
    values: list[Value] = []
    for row in read.rows:
        if row.error:
            cells.append(Planned([], None, row.error, line=row.line))
            continue
        seed = asked.base.get("seed")
        chance = secrets.randbelow(MAX_SEED + 1) if is_empty(seed) else seed
        settings = {**asked.base, "seed": chance, **row.sets}
        cell = replace(_planned(place, settings, [len(values)], account), line=row.line)
        if cell.batch:
            values.append(Value(row.sets["prompt"][:200], {"line": row.line}))
        cells.append(cell)
    return [Axis(ROW, "Prompt", tuple(values))], cells, read.remarks


def _of_rows(sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={"rows": [sentence]})


def _check_count(place: Place, count: int) -> None:
    most = Account.objects.of(place.author).prompts_per_request
    if count > most:
        raise TooManyCells(
            _("This makes %(count)s pictures; with your plan an experiment may have %(most)s.")
            % {"count": counted(count), "most": counted(most)}
        )


def _planned(place: Place, settings: dict[str, Any], at: list[int], account: Account) -> Planned:
    built = _built(place, settings, account)
    if isinstance(built, Batch):
        return Planned(at, built)
    with in_english():
        again = _built(place, settings, account)
    return Planned(at, None, built, again if isinstance(again, str) else built)


def _built(place: Place, settings: dict[str, Any], account: Account) -> Batch | str:
    """The request, or why it is not possible."""
    try:
        batch = requests.build(place, settings)
        batch.account = account
        batch.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return refusal(error).sentence
    except UserError as error:
        return error.sentence
    return batch


def _held_back(cells: list[Planned]) -> list[Planned]:
    held: dict[str, safety.PromptHeldBack | None] = {}
    looked = []
    for cell in cells:
        if cell.batch and cell.batch.prompt not in held:
            try:
                safety.check(copy(cell.batch))
                held[cell.batch.prompt] = None
            except safety.PromptHeldBack as error:
                held[cell.batch.prompt] = error
        case = held[cell.batch.prompt] if cell.batch else None
        looked.append(_refused(cell, case) if case else cell)
    return looked


def _refused(cell: Planned, error: safety.PromptHeldBack) -> Planned:
    with in_english():
        kept = safety.PromptHeldBack(error.case).sentence
    return replace(cell, batch=None, said=error.sentence, kept=kept)


def _problems(cells: list[Planned]) -> Iterator[Problem]:
    """Of a list by line, of a grid each sentence once."""
    counted: Counter[str] = Counter()
    for cell in cells:
        if cell.said and cell.line:
            yield Problem(cell.said, cell.line)
        elif cell.said:
            counted[cell.said] += 1
    for sentence, count in counted.items():
        yield Problem(sentence, count=count)
