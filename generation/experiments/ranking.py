"""Which pictures of an experiment people prefer, from what they said of pairs.

The model is that of Bradley and Terry (Rank Analysis of Incomplete Block Designs, Biometrika 39,
1952): each picture i has a strength p(i), and is preferred to j with the probability
p(i) / (p(i) + p(j)). The strengths that make all the votes most likely are found by Hunter's
minorisation-maximisation (MM Algorithms for Generalized Bradley-Terry Models, Annals of Statistics
32, 2004): p(i) = wins(i) / sum over the comparisons of i of 1 / (p(i) + p(j)), again and again.

Unlike Elo's it does not matter in which order the votes came, and few votes say as much as they
can. "Equal" is half a win for each. Every picture has also once been equal to an average one, of
strength 1: without that a picture that never lost would be infinitely strong, and pictures that
never met could not be compared.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2

ROUNDS, CLOSE = 500, 1e-9
# For what to ask next the strengths need not be exact, but soon: after each vote somebody waits.
FEW_ROUNDS = 30


@dataclass(frozen=True)
class Comparison:
    """`score` is the first's: 1 it was preferred, 0 the second was, 0.5 they are equal."""

    first: int
    second: int
    score: float


@dataclass(frozen=True)
class Rank:
    item: int
    share: float  # the chance to be preferred to an average picture, 0 to 1
    wins: int
    losses: int
    ties: int

    @property
    def compared(self) -> int:
        return self.wins + self.losses + self.ties


def strengths(
    items: Collection[int], votes: Sequence[Comparison], rounds: int = ROUNDS
) -> dict[int, float]:
    """Of each; 1 is average."""
    won = dict.fromkeys(items, 0.5)  # against the average picture
    met: Counter[tuple[int, int]] = Counter()
    for vote in votes:
        won[vote.first] += vote.score
        won[vote.second] += 1 - vote.score
        met[vote.first, vote.second] += 1
        met[vote.second, vote.first] += 1
    power = dict.fromkeys(items, 1.0)
    for _ in range(rounds):
        shared = {item: 1 / (power[item] + 1) for item in items}
        for (one, other), count in met.items():
            shared[one] += count / (power[one] + power[other])
        following = {item: won[item] / shared[item] for item in items}
        change = max((abs(following[item] - power[item]) for item in items), default=0.0)
        power = following
        if change < CLOSE:
            break
    return power


def ranking(items: Collection[int], votes: Sequence[Comparison]) -> list[Rank]:
    """The most preferred first; of equals the one that was compared more often."""
    power = strengths(items, votes)
    wins, losses, ties = Counter[int](), Counter[int](), Counter[int]()
    for vote in votes:
        for item, score in ((vote.first, vote.score), (vote.second, 1 - vote.score)):
            wins[item] += score > 0.5
            losses[item] += score < 0.5
            ties[item] += score == 0.5
    ranks = [
        Rank(item, power[item] / (power[item] + 1), wins[item], losses[item], ties[item])
        for item in items
    ]
    return sorted(ranks, key=lambda rank: (-round(rank.share, 6), -rank.compared, rank.item))


def next_pair(
    items: Sequence[int], votes: Sequence[Comparison], seen: Iterable[tuple[int, int]]
) -> tuple[int, int] | None:
    """What to ask next, of pairs that this person has not seen; None where they have seen all.

    The picture that was compared least, with the one nearest in strength: two whose order is least
    certain tell most. Which of them stands on the left is chance.
    """
    known = {frozenset(pair) for pair in seen}
    power = strengths(items, votes, FEW_ROUNDS)
    compared: Counter[int] = Counter()
    for vote in votes:
        compared.update((vote.first, vote.second))
    chance = {item: random.random() for item in items}  # noqa: S311  no secret
    for one in sorted(items, key=lambda item: (compared[item], chance[item])):
        others = [each for each in items if each != one and frozenset((one, each)) not in known]
        if others:
            other = min(others, key=lambda each: _distance(power, one, each, compared, chance))
            return (one, other) if chance[one] < chance[other] else (other, one)
    return None


def enough(count: int) -> int:
    """How many comparisons tell most pictures apart: as many as a sort would take."""
    return min(count * (count - 1) // 2, count * ceil(log2(count))) if count > 1 else 0


def _distance(
    power: Mapping[int, float],
    one: int,
    other: int,
    compared: Mapping[int, int],
    chance: Mapping[int, float],
) -> tuple[float, int, float]:
    apart = abs(log2(power[one] / power[other]))
    return round(apart, 6), compared[other], chance[other]
