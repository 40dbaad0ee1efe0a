"""The two shapes of a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from pixazo.logs.context import facts, request_id
from pixazo.logs.redaction import redacted

# What every record has of its own: the rest was given with `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# What Django, Celery and others add and nobody needs twice: a request whole, a task's arguments.
_LEFT_OUT = {"request", "server_time", "sql", "params", "data", "context"}
_PLAIN = (str, int, float, bool, type(None))


class Line(logging.Formatter):
    """For people, with the request's number where there is one: error pages name it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  as logging names it
        line = super().formatMessage(record)
        number = _request_of(record)
        return f"{line} [{number}]" if number else line


class JsonLine(logging.Formatter):
    """One object a line: time (UTC), level, event, logger, message, and what is known besides."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **facts(),
            **_given(record),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        clean = {name: _clean(value) for name, value in said.items()}
        return json.dumps({"time": at, **clean}, ensure_ascii=False)


def _request_of(record: logging.LogRecord) -> str:
    """Also of what Django says of a request when it is over: it names the request itself."""
    given = getattr(record, "request", "")
    number = given if isinstance(given, str) else getattr(given, "request_id", "")
    return number or request_id()


def _given(record: logging.LogRecord) -> dict[str, Any]:
    """`request` is our id where it is a text, and Django's object where it is not."""
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _USUAL and (name not in _LEFT_OUT or isinstance(value, str))
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, _PLAIN):
        return redacted(str(value))
    return value
