"""The loops that claim and draw, each a thread of a worker process: one for the GPU, several for
services.

Celery only rings: `wake` sets an event. Without Redis, and without a ring, a loop looks by itself
every LOOK_SECONDS (decision 2).
"""

import gc
import os
import signal
import threading
import time
from functools import partial
from typing import Any

from celery import current_app, signals
from celery.concurrency import prefork
from django.conf import settings
from django.db import connection

from generation.models import ImageModel
from generation.worker import bells, leash
from generation.worker.broom import Broom
from generation.worker.ear import Ear
from generation.worker.heart import Heart
from generation.worker.loop import Loop, end_all
from generation.worker.wire import Wire
from pixazo.database import be_impatient
from pixazo.ending import leave

_loops: list[Loop] = []
_beside: list[Heart | Broom | Ear | Wire] = []
# What they get to end.
BESIDE_SECONDS = 2.0
# What a worker gets to exit when all its work is over.
EXIT_SECONDS = 3.0


def start(lanes: set[str]) -> None:
    """Begin to claim and draw in this process."""
    loops = [loop for lane in sorted(lanes & set(ImageModel.Lane.values)) for loop in _of(lane)]
    if not loops:
        return
    be_impatient()
    beside: list[Heart | Broom | Ear | Wire] = [Heart(loops), Broom()]
    if connection.vendor == "sqlite":
        beside.append(Ear(loops))
    elif settings.REDIS_URL:
        beside.append(Wire(loops))
    for thread in (*beside, *loops):
        thread.start()
    _beside.extend(beside)
    _loops.extend(loops)


def wake(lane: str) -> None:
    """Something waits in this lane."""
    bells.ring(_loops, lane)


def claim_no_more() -> None:
    for loop in _loops:
        loop.ask_to_end(settings.GRACE_SECONDS)


def hand_back_now() -> None:
    """Claim no more, and leave to others what is being drawn; it costs no attempt."""
    for loop in _loops:
        loop.quit()


def stop() -> None:
    """Claim no more; finish or hand back what is being drawn. Takes a few seconds at most."""
    claim_no_more()
    if _loops:
        end_all(_loops)
        _loops.clear()
    for thread in _beside:
        thread.ended.set()
    until = time.monotonic() + BESIDE_SECONDS
    while _beside:
        _beside.pop().join(max(0.0, until - time.monotonic()))


def _of(lane: str) -> list[Loop]:
    """A device draws one call at a time; services are waited for, so many calls may be."""
    if lane == ImageModel.Lane.REMOTE:
        return [Loop(lane, number, wake) for number in range(1, settings.REMOTE_CALLS + 1)]
    return [Loop(lane)]


def consumed_lanes() -> set[str]:
    """The queues that this Celery worker was told to listen to."""
    return set(current_app.amqp.queues.consume_from)


@signals.worker_init.connect
def _worker_begins(**kwargs: Any) -> None:
    """Celery's own receiver closes what a new child inherited of the database, its pool too. It is
    connected at this signal, before ours: the loops start when that is done."""
    signals.worker_process_init.connect(_child_started)
    # Not Celery's signal before a child: it knows of one kind of pool only.
    os.register_at_fork(before=_settle)
    leash.stop.tie()
    leash.quit_now.tie()


def _settle() -> None:
    """In the parent, before a child begins: what it inherits stays shared with it. Else the first
    whole round of the garbage collector writes to every object, and both hold a copy of each."""
    gc.unfreeze()  # what was garbage when the child before this one began
    gc.collect()
    gc.freeze()


def _child_started(**kwargs: Any) -> None:
    """In each child of a prefork pool."""
    leash.stop.when_let_go(claim_no_more)
    leash.quit_now.when_let_go(hand_back_now, leash.NOW)
    start(consumed_lanes())


@signals.worker_process_shutdown.connect
def _child_stops(**kwargs: Any) -> None:
    stop()


@signals.worker_ready.connect
def _worker_started(sender: Any, **kwargs: Any) -> None:
    """A pool of threads has no children: the loops live in the worker's own process."""
    if not isinstance(sender.pool, prefork.TaskPool):
        start(consumed_lanes())
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGQUIT, partial(_told_to_quit, os.getpid()))


def _told_to_quit(parent: int, number: int, frame: Any) -> None:
    """As SIGTERM, without the grace. Celery alone waits for the pool before it tells anybody."""
    if os.getpid() != parent:
        return  # a child that was started later: its parent tells it
    leash.quit_now.let_go(leash.NOW)
    hand_back_now()
    os.kill(parent, signal.SIGTERM)


@signals.worker_shutting_down.connect
def _worker_stops(**kwargs: Any) -> None:
    leash.stop.let_go()
    stop()


@signals.worker_shutdown.connect
def _worker_ends(sender: Any, **kwargs: Any) -> None:
    """All that was under way is done, or handed back. A child that was killed while it read the
    pool's queue took the queue's lock along, and the pool waits for it as the process exits."""
    code = sender.exitcode or 0
    if isinstance(sender.pool, prefork.TaskPool):
        given_up = threading.Timer(EXIT_SECONDS, os._exit, [code])
        given_up.daemon = True
        given_up.start()
    if threading.current_thread() is threading.main_thread():
        leave(code)
