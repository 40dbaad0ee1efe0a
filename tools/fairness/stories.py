"""What may go wrong between people, played; each answers one line of numbers."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from generation import estimate, queue
from generation.models import Job
from tools.fairness.clock import VirtualClock
from tools.fairness.world import World


@dataclass(frozen=True)
class Outcome:
    measured: float
    goal: str
    is_met: bool


def newcomer(seed: int, queue_length: int, others: int = 10) -> Outcome:
    """One worker, one person with many jobs; others come with one. Their longest wait until it is
    begun, in lengths of a picture."""
    with _world(seed) as world:
        world.workers(1)
        model = world.model("one", seconds=1.0)
        world.ask(world.person("many"), model, queue_length)
        waits = []
        for number in range(others):
            world.run(3 + world.dice.random() * 3)
            (job,) = world.ask(world.person(f"new{number}"), model)
            asked = world.clock.moment
            world.run(8)
            (begun,) = [each for each in world.begun if each.job.pk == job.pk]
            waits.append((begun.at - asked).total_seconds())
    return Outcome(max(waits), "<= 2", max(waits) <= 2)


def weights(seed: int) -> Outcome:
    """Two people with endless queues, one of whom has twice the weight: how many times as many."""
    with _world(seed, noise=0.15) as world:
        world.workers(1)
        model = world.model("one", seconds=1.0)
        double, single = world.person("double", weight=2), world.person("single")
        world.ask(double, model, 120)
        world.ask(single, model, 120)
        world.run(90)
        authors = [each.job.author_id for each in world.begun]
        ratio = authors.count(double.pk) / authors.count(single.pk)
    return Outcome(ratio, "2 +- 0.2", 1.8 <= ratio <= 2.2)


def loads(seed: int, pictures: int = 200) -> tuple[Outcome, Outcome]:
    """Two models asked for at random, one worker that holds one: loads per 100 pictures, and for
    how long somebody who was next was passed over."""
    with _world(seed, noise=0.15) as world:
        world.workers(1)
        models = [world.model(name, seconds=1.0, loading=2.0) for name in ("one", "two")]
        people = [world.person(f"p{number}") for number in range(8)]
        for _ in range(pictures):
            world.ask(world.dice.choice(people), world.dice.choice(models))
        world.run(1000)
        share = 100 * sum(each.loaded for each in world.begun) / len(world.begun)
        # The window, and the picture that was begun at its end: 1 s, give or take.
        most = 10 + 1.5
        return (
            Outcome(share, "<= 15", share <= 15),
            Outcome(world.longest_pass, f"<= {most}", world.longest_pass <= most),
        )


def idle(seed: int) -> Outcome:
    """What may wait until nothing else does, with others coming and going: how many of it were
    begun while something else waited, and that all of it was begun in the end."""
    with _world(seed, noise=0.15) as world:
        world.workers(2)
        model = world.model("one", seconds=1.0)
        patient, others = world.person("patient"), [world.person(f"p{n}") for n in range(3)]
        world.ask(patient, model, 30, whenever=True)
        for _ in range(30):
            world.ask(world.dice.choice(others), model, world.dice.randint(1, 4))
            world.run(world.dice.expovariate(0.5))
        world.run(100)
        wrong = sum(line.before_others or 0 for line in queue.report())
        left = Job.objects.waiting().count()
    return Outcome(wrong, "0, none left", wrong == 0 and left == 0)


def told(seed: int, loading: tuple[float, float] = (1.0, 2.0)) -> Outcome:
    """A busy site: two workers, two models that load so long, pictures of different lengths, people
    who come at random and ask for one to six. The share of first ranges that held."""
    with _world(seed, noise=0.25) as world:
        world.workers(2)
        models = [
            world.model("quick", seconds=2.0, loading=loading[0]),
            world.model("slow", seconds=6.0, loading=loading[1]),
        ]
        people = [world.person(f"p{number}", weight=1 + number % 2) for number in range(12)]
        for model in models:  # something is known
            world.ask(people[0], model, 6)
        world.run(120)
        estimate.forget()
        for _ in range(90):
            jobs = world.ask(
                world.dice.choice(people), world.dice.choice(models), world.dice.randint(1, 6)
            )
            rows = Job.objects.filter(pk__in=[job.pk for job in jobs])
            estimate.tell(rows.select_related("batch", "model"))
            world.run(world.dice.expovariate(1 / 9.0))
        world.run(5000)
        estimate.forget()
        accuracy = estimate.accuracy()
        share = accuracy.share if accuracy else 0.0
    return Outcome(share, ">= 0.80", share >= 0.80)


def desk(seed: int) -> tuple[Outcome, Outcome]:
    """One worker, one person, one model: the share of first ranges that held, and that they say
    something: how many times its beginning the end of a range is, of half of them at the most."""
    with _world(seed, noise=0.15) as world:
        world.workers(1)
        model, person = world.model("one", seconds=3.0, loading=8.0), world.person("p")
        world.ask(person, model, 3)  # something is known
        world.run(60)
        estimate.forget()
        for _ in range(40):
            jobs = world.ask(person, model, world.dice.randint(1, 4))
            rows = Job.objects.filter(pk__in=[job.pk for job in jobs])
            estimate.tell(rows.select_related("batch", "model"))
            world.run(world.dice.choice([2, 15, 30]))
        world.run(1000)
        estimate.forget()
        accuracy = estimate.accuracy()
        share = accuracy.share if accuracy else 0.0
        told = Job.objects.filter(told_from__isnull=False).select_related("batch")
        ratios = sorted(
            _seconds(job, job.told_until) / _seconds(job, job.told_from) for job in told
        )
    ratio = ratios[len(ratios) // 2]
    return (
        Outcome(share, ">= 0.80", share >= 0.80),
        Outcome(ratio, "<= 3", ratio <= 3),
    )


def _seconds(job: Job, moment: datetime | None) -> float:
    return (moment - job.waiting_since).total_seconds() if moment else 0.0


@contextmanager
def _world(seed: int, noise: float = 0.0) -> Iterator[World]:
    """It leaves no trace."""
    with VirtualClock() as clock, transaction.atomic():
        estimate.forget()
        yield World(clock, random.Random(seed), noise=noise)
        transaction.set_rollback(True)
    estimate.forget()
