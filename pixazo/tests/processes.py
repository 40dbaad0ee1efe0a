"""Real processes of the site on the database of the running test: workers, a web server, a Redis.

The test looks at the same rows through the ORM. Every process gets a group of its own and is
killed by number at the end, whatever happened.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from pixazo.supervisor import Guard
from pixazo.tests.desk import ROOT, free_port

FAST = {
    "PIXAZO_PROVIDERS": "fake=generation.tests.fake_engine",
    "PIXAZO_LEASE_SECONDS": "3",
    "PIXAZO_SWEEP_SECONDS": "0.5",
    "PIXAZO_LOOK_SECONDS": "0.3",
    "PIXAZO_GRACE_SECONDS": "1",
    "PIXAZO_TESTING": "1",
    # The fake engine stands in for a device: what kills its process takes nothing else along.
    "PIXAZO_REMOTE_CALLS": "1",
}


def environment(**more):
    """What makes a child process work on this test's database, folder and broker."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        user, password = database["USER"], database["PASSWORD"]
        url = (
            f"postgres://{user}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        )
    inherited = {
        name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }
    return {
        **inherited,
        **FAST,
        "DATABASE_URL": url,
        "DATABASE_POOL": "0",
        "PIXAZO_DATA": str(settings.DATA),
        "PIXAZO_MEDIA": str(settings.MEDIA_ROOT),
        "PIXAZO_SECRET_KEY": settings.SECRET_KEY,
        "PIXAZO_LOG_FILE": "-",
        **more,
    }


class Process:
    """A child in a process group of its own, with its output kept for a failing test."""

    def __init__(self, log, argv, env):
        self.log = Path(log)
        with open(self.log, "ab") as file:
            self.popen = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        """To the whole group: a machine that dies takes parent and child together."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def terminate(self, seconds=30):
        self.popen.terminate()
        return self.popen.wait(seconds)

    def children(self):
        """Numbers of the direct children (the pool's processes)."""
        tasks = Path(f"/proc/{self.popen.pid}/task")
        found = [(task / "children").read_text().split() for task in tasks.iterdir()]
        return [int(number) for numbers in found for number in numbers]


class Site:
    """Starts the processes a crash test needs and ends them all."""

    def __init__(self, folder, guard):
        self.folder = Path(folder)
        self.guard = guard
        self.processes = []

    def worker(self, lanes="gpu,remote,chores", **env):
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
        name = f"w{len(self.processes)}"
        argv += ["-Q", lanes, "-n", f"{name}@test", "-l", "INFO"]
        argv += ["--without-gossip", "--without-mingle"]
        process = self._start(name, argv, environment(**env))
        # Celery gives up when its first child dies before the parent itself has begun.
        until(lambda: " ready." in process.output, what=lambda: process.output)
        return process

    def web(self, *words, **env):
        port = free_port()
        argv = [sys.executable, "-m", "pixazo.web", "--port", str(port), *words]
        process = self._start(f"web{port}", argv, environment(**env))
        process.url = f"http://127.0.0.1:{port}"
        until(lambda: is_healthy(port), what=lambda: process.output)
        return process

    def redis(self, port):
        if not shutil.which("redis-server"):
            pytest.fail("These tests need redis-server: python -m tools.debian redis-server")
        argv = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
        argv += ["--bind", "127.0.0.1"]
        process = self._start(f"redis{port}", argv, os.environ)
        until(lambda: answers(port), what=lambda: process.output)
        return process

    def stop(self):
        for process in self.processes:
            process.kill()

    def _start(self, name, argv, env):
        process = Process(self.folder / f"{name}.log", argv, env)
        self.processes.append(process)
        self.guard.watch(process.popen.pid)
        return process


@pytest.fixture
def site(tmp_path, transactional_db):
    with Guard() as guard:  # should the test run itself be killed
        site = Site(tmp_path, guard)
        yield site
        site.stop()


def until(true, seconds=150, what=lambda: ""):
    """Wait for something to become true, and answer it; fail if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    pytest.fail(f"It did not happen within {seconds} s.\n{what()[-6000:]}")
    return None


def is_healthy(port):
    with contextlib.suppress(OSError):
        asked = f"http://127.0.0.1:{port}/healthz"
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status == 200
    return False


def answers(port):
    import socket

    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False
