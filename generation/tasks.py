"""Celery's doors. Each is a doorbell: it carries no work and is safe to ring twice."""

from typing import Any

from celery import shared_task

from generation import collector, sweeper, worker
from generation.figures import rolling


@shared_task(bind=True)
def work(task: Any) -> None:
    """Something waits: wake a loop of this process, which claims and draws by itself. The lane is
    the queue through which the ring came."""
    said = task.request.delivery_info or {}
    worker.wake(said.get("routing_key", ""))


@shared_task
def sweep() -> None:
    """Give lost jobs back to the queue and ring for what waits."""
    sweeper.sweep()


@shared_task
def collect() -> None:
    """Delete what has been in the trash for long, and files that no row names."""
    collector.collect()


@shared_task
def roll_up() -> None:
    """Count what ended since the last time, for staff's start page and people's own usage."""
    rolling.roll_up()
