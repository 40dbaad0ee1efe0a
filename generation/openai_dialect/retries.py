"""Knows a request that a client sends again by itself, so that it is drawn and charged once.

OpenAI's clients repeat what broke off or took too long, with the same body and a header that
counts, but without a key. The first attempt leaves a name under what it sent; a later one finds it,
and with it the pictures that were ordered, whether they are done or not.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.core.cache import cache

from generation.submit import digest_of
from pixazo import repeated
from pixazo.api import DoorRequest

COUNTER = "x-stainless-retry-count"
SECONDS = 30 * 60  # a client waits ten minutes for each of its three attempts


def key_of(request: DoorRequest, sent: Mapping[str, Any]) -> str:
    """The idempotency key that the client gave, or the one that its attempts have in common; empty
    of clients that don't count. Asked first of all: what gets lost later is found by it."""
    if given := repeated.key_of(request):
        return given
    counted = request.headers.get(COUNTER, "")
    if not (counted.isascii() and counted.isdigit()):
        return ""
    who = request.auth.pk if request.auth else request.user.pk
    name = f"openai:{who}:{digest_of(sent)}"
    key = f"sdk:{uuid4().hex}"
    if int(counted[:6]) == 0:
        cache.set(name, key, SECONDS)
        return key
    # Of two at once one is the first.
    cache.add(name, key, SECONDS)
    return str(cache.get(name) or key)
