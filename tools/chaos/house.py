"""What else a site consists of besides its workers: two web processes, chores, beat, a Redis."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tools import debian
from tools.bench.site import BenchSite
from tools.with_services import free_port

CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "pixazo")
START_SECONDS = 120


class Process:
    """One that is started again whenever it is found dead."""

    def __init__(self, site: BenchSite, name: str, argv: tuple[str, ...]) -> None:
        self.site, self.name, self.argv = site, name, argv
        self.popen: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        if self.popen is None or self.popen.poll() is not None:
            with open(Path(self.site.folder.name) / f"{self.name}.log", "ab") as log:
                self.popen = self.site.spawn(self.argv, self.site.env, log)

    def kill(self) -> int:
        if self.popen is None:
            return 0
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(60)
        return 1


class House:
    def __init__(self, site: BenchSite, *, with_redis: bool) -> None:
        self.ports = [free_port() for _ in range(2)]
        self.redis_port = free_port() if with_redis else None
        if self.redis_port:
            site.env["REDIS_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        else:
            site.env.pop("REDIS_URL", None)
        web = (sys.executable, "-m", "pixazo.web", "--no-access-log", "--log-level", "warning")
        chores = (*CELERY, "worker", "-n", "chores@%h", "-P", "threads", "-c", "2", "-Q", "chores")
        quiet = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
        schedule = str(Path(site.folder.name) / "beat")
        self.webs = [Process(site, f"web{n}", (*web, "--port", str(n))) for n in self.ports]
        self.chores = Process(site, "chores", (*chores, *quiet))
        self.beat = Process(site, "beat", (*CELERY, "beat", "--pidfile=", "-s", schedule))
        self.redis = Process(site, "redis", self._redis()) if self.redis_port else None

    def _redis(self) -> tuple[str, ...]:
        """One that keeps nothing."""
        words = ("--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "")
        return (debian.find("redis-server") or "redis-server", *words, "--appendonly", "no")

    @property
    def all(self) -> list[Process]:
        return [*([self.redis] if self.redis else []), *self.webs, self.chores, self.beat]

    def __enter__(self) -> "House":
        self.look()
        deadline = time.monotonic() + START_SECONDS
        while not all(map(_answers, self.ports)):
            if time.monotonic() > deadline:
                raise RuntimeError("The web processes did not start.")
            time.sleep(0.2)
        return self

    def __exit__(self, *error: object) -> None:
        for process in self.all:
            process.kill()

    def look(self) -> None:
        for process in self.all:
            process.look()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
