"""What the engine's tests share: a request, and a worker that works in the test's own thread."""

from generation import queue
from generation.models import Batch
from generation.progress import Progress
from generation.run import run
from generation.submit import submit


def ask(workspace, model, author=None, **fields):
    """A request, submitted: the batch."""
    return submit(
        Batch(
            workspace=workspace,
            author=author or workspace.owner,
            model=model,
            **{"prompt": "a red house", **fields},
        )
    )


def claim(worker="tester", lanes=("gpu", "remote"), loaded=()):
    return queue.claim(lanes, worker, loaded)


def draw(jobs):
    progress = Progress(jobs)
    run(progress)
    return progress


def draw_all():
    """Work until nothing waits that may be drawn."""
    while jobs := claim():
        draw(jobs)
