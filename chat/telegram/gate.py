"""Lets python-telegram-bot's requests go through the gate that all of ours take outside.

Imports the library, so it is itself imported at the first call only.
"""

from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from chat.telegram.calling import hosts
from pixazo import outgoing

MOST_BYTES = 21 * 1024 * 1024  # Telegram gives away files of up to 20 MB


class Gate(BaseRequest):
    """Synchronous inside: whoever waits for it does nothing else."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    @property
    def read_timeout(self) -> float:
        return self.seconds

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: Any,
        **more_timeouts: Any,
    ) -> tuple[int, bytes]:
        """Our own limit counts: it is for all of the call."""
        try:
            answer = outgoing.call(
                method,
                url,
                form=request_data.json_parameters if request_data else None,
                files=_files(request_data) if request_data else None,
                limit_bytes=MOST_BYTES,
                seconds=self.seconds,
                inside=hosts(),
            )
        except outgoing.TooSlow:
            raise TimedOut from None
        except outgoing.Refused as error:
            raise NetworkError(error.sentence) from None
        return answer.status, answer.content


def _files(data: RequestData) -> list[tuple[str, tuple[str, bytes, str]]] | None:
    found: Any = data.multipart_data or {}
    return [(field, tuple(file)) for field, file in found.items()] or None
