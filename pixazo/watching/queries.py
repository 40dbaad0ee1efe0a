"""How many statements a request sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Count:
    """Of one connection, while it is among its wrappers.

    `pixazo/sending.py` knows it: what is sent past Django's cursors is counted there, and only
    somebody who wants to see the statements makes it go through them.
    """

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sent += 1
        return execute(sql, params, many, context)


@contextmanager
def counting_queries() -> Iterator[Count]:
    """Of this thread's connection, while it lasts."""
    count = Count()
    with connection.execute_wrapper(count):
        yield count
