"""One answer for each Idempotency-Key, however often the same is asked."""

import dataclasses
from typing import Any

from billing.stand_in.refusals import Refused


class Answers:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Any]] = {}

    def get(self, key: str, request: str) -> Any:
        """What was answered before, or None. Raises `Refused` for another request with this key."""
        if not key or key not in self._kept:
            return None
        before, answer = self._kept[key]
        if before != request:
            raise Refused(
                "Keys for idempotent requests can only be used with the same parameters they were"
                f" first used with. Try using a key other than '{key}' if you meant to execute a"
                " different request.",
                type="idempotency_error",
            )
        headers = answer.headers | {"Idempotent-Replayed": "true"}
        return dataclasses.replace(answer, headers=headers)

    def keep(self, key: str, request: str, answer: Any) -> None:
        self._kept[key] = (request, answer)

    def clear(self) -> None:
        self._kept.clear()
