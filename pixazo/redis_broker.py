"""Celery's Redis transport, for a Redis that refuses: full, read-only, changing sides. kombu takes
such an answer for a mistake of ours, which ends the worker; it is weather, and waited out like a
Redis that is gone."""

from kombu.transport import redis
from redis.exceptions import ResponseError


class Transport(redis.Transport):
    connection_errors = (*redis.Transport.connection_errors, ResponseError)
