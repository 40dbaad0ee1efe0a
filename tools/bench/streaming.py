"""Has fifty requests be drawn at once, and tells open pages of each step. Runs inside the site's
settings: no picture is computed, but every row moves as a worker moves it."""

import time

from django.db import transaction

from accounts.models import User
from generation.models import Batch, ImageModel, Job
from generation.submit import submit
from tools.bench.fill import draw, image_of
from workspaces.models import Workspace

COUNT = 4
STEPS = 20
WORKER = "bench"


def ask(batches: int) -> None:
    """That many requests, all waiting."""
    user = User.objects.get(email="bench@example.org")
    workspace = Workspace.objects.get(owner=user, slug="bench")
    model = ImageModel.objects.get(slug="starter")
    for number in range(batches):
        prompt = f"a blue boat on the sea, number {number}"
        submit(
            Batch(
                workspace=workspace,
                author=user,
                model=model,
                prompt=prompt,
                count=COUNT,
                num_inference_steps=STEPS,
            )
        )


def stream(seconds: float, pause: float = 1.0) -> None:
    """Each request draws one picture at a time, two steps in every `pause`."""
    lines = _lines()
    events = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(lines):
        begin = time.monotonic()
        for line in lines:
            if line:
                events += _move(line)
            if time.monotonic() > end:
                break
        time.sleep(max(0.0, pause - (time.monotonic() - begin)))
    print(events)


def _lines() -> list[list[Job]]:
    """The waiting jobs of each request."""
    lines: dict[object, list[Job]] = {}
    rows = Job.objects.waiting().select_related("batch__workspace", "model").order_by("index")
    for job in rows:
        lines.setdefault(job.batch_id, []).append(job)
    return list(lines.values())


def _move(line: list[Job]) -> int:
    """The first job of a request one move further; says how many events that made."""
    job = line[0]
    if job.state == Job.State.QUEUED:
        job.claim(WORKER)
    elif job.state == Job.State.PREPARING:
        job.start_drawing()
    elif job.step < STEPS:
        with transaction.atomic():
            job.note_step(min(STEPS, job.step + 2))
            job.announce()
    else:
        job.start_saving()
        image = image_of(job)
        draw(image)
        job.succeed(image)
        line.pop(0)
        return 3
    return 1
