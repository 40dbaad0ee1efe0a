"""Celery's doors to the chat. A doorbell: the row says what is to be done."""

from uuid import UUID

from celery import shared_task

from chat import topic_titles, worker


@shared_task
def answer(message: str) -> None:
    """Returns at once: answers are written by threads beside, so that no chore waits for one."""
    worker.take(UUID(message))


@shared_task
def title(topic: str, name: str, prompt: str, person: str) -> None:
    """Returns at once, too."""
    topic_titles.take(UUID(topic), name, prompt, person)
