"""Votes as rows: what somebody is asked next, what they say, and what all votes say together."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from generation.experiments.naming import axis_label, value_label
from generation.experiments.ranking import Comparison, Rank, enough, next_pair, ranking
from generation.models import Cell, Experiment, Vote
from pixazo.errors import UserError

SCORES = {Vote.Verdict.FIRST: 1.0, Vote.Verdict.SECOND: 0.0, Vote.Verdict.EQUAL: 0.5}
LEFT, RIGHT, EQUAL, SKIP = "left", "right", "equal", "skip"
ANSWERS = (LEFT, RIGHT, EQUAL, SKIP)


class NoVote(UserError):
    code = "invalid"
    status = 422


@dataclass(frozen=True)
class Question:
    """Two cells by their ids, left and right; None where everything was asked."""

    pair: tuple[int, int] | None
    said: int  # by this person, without what they skipped
    enough: int

    @property
    def is_there(self) -> bool:
        return self.pair is not None


@dataclass(frozen=True)
class ValueMean:
    label: str
    share: float
    count: int
    is_best: bool


@dataclass(frozen=True)
class AxisMeans:
    label: str
    values: list[ValueMean]


def question(experiment: Experiment, voter: Any, cells: Collection[int]) -> Question:
    """`cells` are the ids of those whose pictures can be seen."""
    votes = _votes(experiment)
    mine = [vote for vote in votes if vote.voter_id == voter.pk]
    seen = [(vote.first_id, vote.second_id) for vote in mine]
    pair = next_pair(list(cells), _comparisons(votes, cells), seen)
    said = sum(vote.verdict != Vote.Verdict.SKIPPED for vote in mine)
    return Question(pair, said, enough(len(cells)))


def vote(experiment: Experiment, voter: Any, left: str, right: str, answer: str) -> Vote:
    """`left` and `right` are the cells' ids as the page had them. Said again it is corrected.
    Raises `NoVote`."""
    pks = {int(pk) for pk in (left, right) if pk.isascii() and pk.isdigit() and len(pk) < 19}
    cells = experiment.cells.filter(pk__in=pks, state=Cell.State.MADE).order_by("pk")
    found = list(cells)
    if len(found) != 2 or answer not in ANSWERS:
        raise NoVote(_("These two pictures can't be compared. Reload the page."))
    row, _made = Vote.objects.update_or_create(
        experiment=experiment,
        voter=voter,
        first=found[0],
        second=found[1],
        defaults={"verdict": _verdict(answer, is_left_first=found[0].pk == int(left))},
    )
    return row


def take_back(experiment: Experiment, voter: Any) -> bool:
    """The latest vote of this person; its pair is asked again."""
    latest = Vote.objects.filter(experiment=experiment, voter=voter).order_by("-id").first()
    return bool(latest and latest.delete()[0])


def ranks(experiment: Experiment, cells: Collection[int]) -> list[Rank]:
    return ranking(cells, _comparisons(_votes(experiment), cells))


def means(
    experiment: Experiment, ranked: Sequence[Rank], at: Mapping[int, Sequence[int]]
) -> list[AxisMeans]:
    """How pictures with each value of each axis fare, on average; not of a list, whose values are
    a picture each. `at`: where each cell lies on the axes."""
    found = []
    for number, axis in enumerate(experiment.axes):
        if axis["name"] == "row":
            continue
        shares = defaultdict(list)
        for rank in ranked:
            shares[at[rank.item][number]].append(rank.share)
        mean = {value: sum(each) / len(each) for value, each in shares.items()}
        best = max(mean.values(), default=0.0)
        values = [
            ValueMean(
                value_label(axis, value),
                share,
                len(shares[value]),
                is_best=share == best and len(mean) > 1,
            )
            for value, share in sorted(mean.items())
        ]
        found.append(AxisMeans(axis_label(axis), values))
    return found


def _verdict(answer: str, *, is_left_first: bool) -> str:
    if answer == SKIP:
        return Vote.Verdict.SKIPPED
    if answer == EQUAL:
        return Vote.Verdict.EQUAL
    is_first = (answer == LEFT) == is_left_first
    return Vote.Verdict.FIRST if is_first else Vote.Verdict.SECOND


def _votes(experiment: Experiment) -> list[Any]:
    """No more of them than is counted: they may be thousands."""
    rows = Vote.objects.filter(experiment=experiment).order_by("id")
    return list(rows.values_list("voter_id", "first_id", "second_id", "verdict", named=True))


def _comparisons(votes: Sequence[Any], cells: Collection[int]) -> list[Comparison]:
    """Of pictures that can still be seen, without what was skipped."""
    there = frozenset(cells)
    return [
        Comparison(each.first_id, each.second_id, SCORES[Vote.Verdict(each.verdict)])
        for each in votes
        if each.verdict != Vote.Verdict.SKIPPED
        and each.first_id in there
        and each.second_id in there
    ]
