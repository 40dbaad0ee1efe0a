"""The broker of a desk: Celery's filesystem transport, without the races that end its workers.

kombu 5.7 writes a message under the name that readers look for, so that one may be read half
written; readers share one folder below /tmp; and a table of queues is emptied before it is locked.
Here a message is renamed into place and out of it, and the tables have one lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: object, **kwargs: Any) -> None:
        # Readers take what sorts first, and look at all after the first dot.
        place = os.path.join(
            self.data_folder_out, f"{monotonic() * 1000:015.0f}_{uuid4()}.{queue}.msg"
        )
        with open(f"{place}.part", "w", encoding="utf-8") as file:
            file.write(dumps(payload))
        os.rename(f"{place}.part", place)

    def _get(self, queue: str) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            place = os.path.join(self.data_folder_in, name)
            taken = f"{place}.{uuid4()}.taken"
            try:
                os.rename(place, taken)
            except FileNotFoundError:
                continue  # somebody was first
            with open(taken, encoding="utf-8") as file:
                payload = loads(file.read())
            os.remove(taken)
            return payload
        raise Empty

    def get_table(self, exchange: str) -> Any:
        with self._tables(fcntl.LOCK_SH):
            return super().get_table(exchange)

    def _queue_bind(self, *args: Any) -> None:
        with self._tables(fcntl.LOCK_EX):
            super()._queue_bind(*args)

    def _delete(self, *args: Any, **kwargs: Any) -> None:
        with self._tables(fcntl.LOCK_EX):
            super()._delete(*args, **kwargs)

    @contextmanager
    def _tables(self, kind: int) -> Iterator[None]:
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with open(self.control_folder / "lock", "a") as lock:
            fcntl.flock(lock, kind)
            yield


class Transport(filesystem.Transport):
    Channel = Channel
