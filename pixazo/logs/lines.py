"""The two shapes of a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from pixazo.logs.context import facts
from pixazo.logs.redaction import redacted

# What every record has of its own: the rest was given with `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# What Django, Celery and others add and nobody needs twice: a request whole, a task's arguments.
_LEFT_OUT = {"request", "server_time", "sql", "params", "data", "context"}
_PLAIN = (str, int, float, bool, type(None))


class Line(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


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
