"""Workers that are killed, frozen and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.bench.site import BenchSite

FROZEN_SECONDS = 5.0  # longer than a lease
STOP_SECONDS = 30


class Pool:
    """So many workers at a time: one that ended is started again by `look`."""

    def __init__(self, site: BenchSite, size: int) -> None:
        self.site = site
        self.size = size
        self.workers: list[subprocess.Popen[bytes]] = []
        self.thaw: dict[int, float] = {}  # process -> when it may go on
        self.told: dict[int, float] = {}  # process -> until when it should have ended
        self.started = 0
        self.logs: dict[int, Path] = {}

    def __enter__(self) -> Self:
        self.look()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            _signal(worker, signal.SIGKILL)
            worker.wait(STOP_SECONDS)

    def look(self) -> None:
        for worker in self.workers:
            if self.thaw.get(worker.pid, float("inf")) < time.monotonic():
                del self.thaw[worker.pid]
                _signal(worker, signal.SIGCONT)
            if self.told.get(worker.pid, float("inf")) < time.monotonic():
                # As its supervisor does: a worker may wait for ever for a child that was killed.
                _signal(worker, signal.SIGKILL)
                worker.wait(STOP_SECONDS)
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < self.size:
            self.workers.append(self.start())

    def start(self) -> subprocess.Popen[bytes]:
        self.started += 1
        name = f"chaos{self.started}"
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "pixazo",
            "worker",
            "-P",
            "prefork",
            "-c",
            "1",
        ]
        argv += [
            "-Q",
            "gpu,remote",
            "-n",
            f"{name}@%h",
            "--without-gossip",
            "--without-mingle",
            "-l",
            "INFO",
        ]
        path = Path(self.site.folder.name) / f"{name}.log"
        with open(path, "wb") as log:
            env = self.site.env | {"PIXAZO_REMOTE_CALLS": "2", "PIXAZO_LOG_LEVEL": "INFO"}
            worker = self.site.spawn(argv, env, log)
        self.logs[worker.pid] = path
        return worker

    def calm(self) -> None:
        """Nothing is done to them any more."""
        for worker in self.workers:
            _signal(worker, signal.SIGCONT)
        self.thaw.clear()
        self.look()

    def kill(self, dice: random.Random) -> int:
        worker = dice.choice(self.workers)
        _signal(worker, signal.SIGKILL)
        worker.wait(STOP_SECONDS)
        return 1

    def children(self, worker: subprocess.Popen[bytes]) -> list[int]:
        try:
            words = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        except FileNotFoundError:
            return []
        return [int(word) for word in words]

    def kill_child(self, dice: random.Random) -> int:
        children = self.children(dice.choice(self.workers))
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return min(1, len(children))

    def freeze(self, dice: random.Random) -> int:
        worker = dice.choice(self.workers)
        _signal(worker, signal.SIGSTOP)
        self.thaw[worker.pid] = time.monotonic() + FROZEN_SECONDS
        return 1

    def terminate(self, dice: random.Random) -> int:
        return self._tell(dice.choice(self.workers), signal.SIGTERM)

    def quit(self, dice: random.Random) -> int:
        worker = dice.choice(self.workers)
        if " ready." not in self._log(worker):
            return 0  # until then it is Celery's own signal
        return self._tell(worker, signal.SIGQUIT)

    def _tell(self, worker: subprocess.Popen[bytes], number: int) -> int:
        worker.send_signal(number)
        self.told.setdefault(worker.pid, time.monotonic() + STOP_SECONDS)
        return 1

    def _log(self, worker: subprocess.Popen[bytes]) -> str:
        return self.logs[worker.pid].read_text(errors="replace")


def _signal(worker: subprocess.Popen[bytes], number: int) -> None:
    """To the whole group, as when a machine dies."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, number)
