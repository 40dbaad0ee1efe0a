"""Hears of new work where there is a Redis: at once, where Celery's message would pass through the
pool's parent and its child first."""

import logging
import threading
from collections.abc import Sequence
from typing import Any

from generation import doorbell
from generation.worker import bells
from generation.worker.loop import Loop

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.5  # until it looks whether it shall end
PAUSE_SECONDS = 1.0  # after a Redis that could not be reached


class Wire(threading.Thread):
    """Rings for the loops of this process."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        super().__init__(name="wire", daemon=True)
        self.loops = tuple(loops)
        self.lanes = {doorbell.channel(loop.lane): loop.lane for loop in loops}
        self.ended = threading.Event()

    def run(self) -> None:
        from redis import RedisError

        from pixazo.redis import connection

        while not self.ended.is_set():
            try:
                pubsub: Any = connection().pubsub
                with pubsub(ignore_subscribe_messages=True) as heard:
                    heard.subscribe(*self.lanes)
                    # For what was rung before anybody listened.
                    for lane in self.lanes.values():
                        bells.ring(self.loops, lane)
                    self.listen(heard)
            except (RedisError, OSError) as error:
                log.warning("New work is heard of late, Redis can't be reached: %s", error)
                self.ended.wait(PAUSE_SECONDS)

    def listen(self, heard: Any) -> None:
        while not self.ended.is_set():
            if message := heard.get_message(timeout=PATIENCE_SECONDS):
                bells.ring(self.loops, self.lanes[message["channel"].decode()])
