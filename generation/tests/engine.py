"""What the engine's tests share: a request, and a worker that works in the test's own thread."""

import threading

from django.db import connections

from billing.models import Account, Plan
from generation import queue
from generation.models import Batch
from generation.progress import Progress
from generation.run import run
from generation.submit import submit


def request(workspace, model, author=None, **fields):
    """An unsaved batch."""
    fields = {"prompt": "a red house", **fields}
    return Batch(workspace=workspace, author=author or workspace.owner, model=model, **fields)


def ask(workspace, model, author=None, **fields):
    """A request, submitted: the batch."""
    return submit(request(workspace, model, author, **fields))


def ask_one(workspace, model, **fields):
    """A request for one picture: its job."""
    return ask(workspace, model, **fields).jobs.get()


def claim(worker="tester", lanes=("gpu", "remote"), loaded=()):
    return queue.claim(lanes, worker, loaded)


def draw(jobs, stop=None):
    progress = Progress(jobs, stop)
    run(progress)
    return progress


def draw_all():
    """Work until nothing waits that may be drawn."""
    while jobs := claim():
        draw(jobs)


def without_cap(user):
    account = Account.objects.of(user)
    account.plan = Plan.objects.unlimited()
    account.save()


def at_once(count, do):
    """Call `do(number)` in that many threads at the same moment; what each returned or raised."""
    start = threading.Barrier(count)
    results = [None] * count

    def thread(number):
        start.wait()
        try:
            results[number] = do(number)
        except Exception as error:  # the test looks at it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=thread, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return results
