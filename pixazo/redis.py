"""The one connection to Redis of this process, made at first use."""

from functools import cache

from django.conf import settings
from redis import Redis


@cache
def connection() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=2)
