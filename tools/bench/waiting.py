"""Has many pictures wait, then submits and claims in turn. Runs inside the site's settings."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from accounts.models import User
from generation import queue
from generation.models import Batch, ImageModel, Job, Turn
from generation.submit import submit
from workspaces.models import Workspace


def play(length: int, people: int, *, warm: int, measured: int) -> None:
    """Print the seconds of each claim and submission, as JSON, while `length` pictures wait."""
    Job.objects.all().delete()
    Turn.objects.all().delete()
    models = list(_models())
    _fill(_authors(people), models, length)
    user = User.objects.get(email="bench@example.org")
    times: dict[str, list[float]] = {"claim": [], "submit": []}
    for number in range(warm + measured):
        batch = _batch(user, models[number % len(models)], number)
        times["submit"].append(_timed(lambda batch=batch: submit(batch)))  # type: ignore[misc]
        taken: list[Job] = []
        times["claim"].append(_timed(lambda taken=taken: taken.extend(queue.claim(["gpu"], "b"))))  # type: ignore[misc]
        for job in taken:
            job.cancel()
    print(json.dumps({name: values[warm:] for name, values in times.items()}))


def _timed(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def _models() -> Iterator[ImageModel]:
    starter = ImageModel.objects.get(slug="starter")
    for number in range(3):
        values: dict[str, Any] = {"name": f"Bench {number}", "address": f"/nowhere/{number}"}
        # One picture a call: what claims take must be the same however many wait.
        values["contract_data"] = {**starter.contract_data, "images_per_call": 1}
        values["family"] = starter.family
        yield ImageModel.objects.get_or_create(slug=f"bench{number}", defaults=values)[0]


def _authors(people: int) -> list[User]:
    names = [f"bench{number}" for number in range(people - 1)]
    User.objects.bulk_create(
        [User(username=name, email=f"{name}@example.org") for name in names], ignore_conflicts=True
    )
    first = User.objects.get(email="bench@example.org")
    return [first, *User.objects.filter(username__in=names)]


def _fill(authors: list[User], models: list[ImageModel], length: int) -> None:
    batches = [_batch(authors[0], model, 0) for model in models]
    for batch in batches:
        batch.full_clean(validate_unique=False, validate_constraints=False)
        batch.count = length
        batch.save(force_insert=True)
    shapes = [batch.shape for batch in batches]
    Job.objects.bulk_create(
        Job(
            batch=batches[number % 3],
            index=number,
            author_id=authors[number % len(authors)].pk,
            model=models[number % 3],
            lane="gpu",
            shape=shapes[number % 3],
            seed=number,
            steps=20,
        )
        for number in range(length)
    )
    for author in authors[:length]:
        Turn.objects.arrive(author.pk, "gpu")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _batch(user: User, model: ImageModel, seed: int) -> Batch:
    workspace = Workspace.objects.filter(owner=user).first()
    assert workspace
    return Batch(workspace=workspace, author=user, model=model, prompt="a red house", seed=seed)
