"""Celery's doors. Each is a doorbell: it carries no work and is safe to ring twice."""

from celery import shared_task

from generation import collector, sweeper, worker


@shared_task
def work() -> None:
    """Something waits: wake this process's loops, which claim and draw by themselves."""
    worker.wake()


@shared_task
def sweep() -> None:
    """Give lost jobs back to the queue and ring for what waits."""
    sweeper.sweep()


@shared_task
def collect() -> None:
    """Delete what has been in the trash for long, and files that no row names."""
    collector.collect()
