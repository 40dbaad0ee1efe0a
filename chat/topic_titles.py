"""Topics are named by a language model where one answers (S342): asked in a worker, after the first
prompt has named the topic with its own words. Nobody waits for it, and whatever goes wrong, that
name stays."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from uuid import UUID

from celery import signals
from django.conf import settings
from django.db import close_old_connections
from django.dispatch import receiver

from accounts.language import speaking_to
from accounts.models import User
from chat import doorbell
from chat.assistant.consulting import consult, model_for, text_of
from chat.models import ChatProvider
from pixazo.errors import UserError
from pixazo.rationing import takes_place
from workspaces.models import Topic
from workspaces.names import plain_name
from workspaces.signals import topic_named
from workspaces.titles import LONGEST

# Titles that one person's topics are given in an hour: nobody asked for them, the site pays.
MOST, HOUR = 20, 3600
LONGEST_PROMPT = 2000  # characters of it that are told
MOST_WAITING = 20

INSTRUCTION = """
You name folders of pictures. Give the one for this prompt a title of two to five plain words, in \
the language of the prompt, without quotation marks, without a full stop and without the words \
picture, image or photo: {"title": "..."}
"""

log = logging.getLogger(__name__)
_waiting: set[UUID] = set()


@receiver(topic_named)
def ring(topic_id: UUID, name: str, prompt: str, person_id: Any, **kwargs: Any) -> None:
    if settings.CHAT_TITLES and person_id and ChatProvider.objects.ready().exists():
        doorbell.ring_for_title(topic_id, name, prompt[:LONGEST_PROMPT], person_id)


def take(topic_id: UUID, name: str, prompt: str, person_id: str) -> None:
    """Have it named by this process, beside all else. What comes when many wait keeps its name."""
    if topic_id in _waiting or len(_waiting) >= MOST_WAITING:
        return
    _waiting.add(topic_id)
    future = _thread().submit(_in_a_thread, topic_id, name, prompt, person_id)
    future.add_done_callback(lambda _done: _waiting.discard(topic_id))


def title(topic_id: UUID, was: str, prompt: str, person_id: Any) -> bool:
    """False where it keeps the name that it has: it was renamed or thrown away meanwhile, nobody
    answered, or with nothing that could be a name."""
    topic = Topic.objects.living().filter(pk=topic_id, name=was).select_related("workspace").first()
    person = User.objects.filter(pk=person_id).first()
    if topic is None or person is None:
        return False
    model = model_for(person, topic.workspace)
    if model is None or not takes_place(f"topic-title:{person.pk}", MOST, HOUR):
        return False
    try:
        with speaking_to(person):
            said = consult(
                model, INSTRUCTION, {"prompt": prompt}, person=person, is_their_wish=False
            )
    except UserError as problem:
        log.info("Topic %s keeps its name: %s", topic.pk, problem.code)
        return False
    found = named(said.get("title"))
    return bool(found) and found != was and topic.name_by_itself(was, found)


def named(value: Any) -> str:
    """As a topic can be called: on one line, short, without marks around it; or ""."""
    words = plain_name(text_of(value, LONGEST * 3)).strip(" \"'“”„«».*_#`")
    if len(words) > LONGEST:
        words = words[: LONGEST + 1].rpartition(" ")[0] or words[:LONGEST]
    return words.strip()


def _in_a_thread(topic_id: UUID, name: str, prompt: str, person_id: str) -> None:
    close_old_connections()
    try:
        title(topic_id, name, prompt, person_id)
    except Exception:
        log.exception("Topic %s could not be named.", topic_id)
    finally:
        close_old_connections()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="titles")


@signals.worker_process_shutdown.connect
@signals.worker_shutting_down.connect
def stop(**kwargs: Any) -> None:
    """Names are no reason to wait for."""
    if _thread.cache_info().currsize:
        _thread().shutdown(wait=False, cancel_futures=True)
