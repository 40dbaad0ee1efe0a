"""A whole desk for tests: `manage.py up` on a folder and a port of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from itertools import count, islice
from pathlib import Path

from pixazo.tests import migrated

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything"  # the last line of the greeting
# Does in the site's settings what it is told line by line: each program of its own would cost
# seconds to start.
CLERK = """
import io, json, sys, traceback
from contextlib import redirect_stdout
from django.db import connections
for line in sys.stdin:
    printed, wrong = io.StringIO(), ""
    try:
        with redirect_stdout(printed):
            exec(json.loads(line), {"__name__": "clerk"})
    except BaseException:
        wrong = traceback.format_exc()
    connections.close_all()
    print(json.dumps([printed.getvalue(), wrong]), flush=True)
"""


class Desk:
    """Use as a context manager. `url` is the site's address, `output` all it has printed so far
    (e-mails too), `process(name)` the number of the latest "web", "worker", "chores" or "beat".
    Its folder and database are prepared already, unless it `is_new`.
    """

    def __init__(self, data, *, is_new=False, **settings):
        self.data = Path(data)
        self.is_new = is_new
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.env = {
            **{name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "PIXAZO_DATA": str(self.data),
            "PIXAZO_LOG_FILE": "-",
            "PORT": str(self.port),
            **{name: str(value) for name, value in settings.items()},
        }
        self.up = None
        self.clerk = None
        self.database = ""

    def __enter__(self):
        if self.env.get("DATABASE_URL", "").startswith("postgres"):
            self.make_database()
        elif not self.is_new:
            shutil.copyfile(migrated.file(), self.data / "pixazo.sqlite3")
        try:
            # All migrations, on a busy machine, take minutes.
            self.start(seconds=400 if self.is_new else 150)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        self.stop()
        if self.clerk is not None:
            self.clerk.stdin.close()  # its last line
            self.clerk.wait(30)
        if self.database:
            self.sql("DROP DATABASE {} WITH (FORCE)")

    def make_database(self):
        """Where tests run on services, each desk has a database and a corner of Redis to itself."""
        self.server = self.env["DATABASE_URL"]
        self.database = f"desk_{self.port}"
        if self.is_new:
            self.sql("CREATE DATABASE {}")
        else:
            migrated.copy_database(self.server, self.database)
        self.env["DATABASE_URL"] = f"{self.server.rpartition('/')[0]}/{self.database}"
        if redis := self.env.get("REDIS_URL"):
            self.env["REDIS_URL"] = f"{redis.rpartition('/')[0]}/{1 + self.port % 15}"

    def sql(self, text):
        import psycopg
        from psycopg.sql import SQL, Identifier

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(SQL(text).format(Identifier(self.database)))

    def start(self, seconds=150):
        with open(self.data / "output.txt", "ab") as log:
            self.up = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        before = self.output.count(READY)
        deadline = time.monotonic() + seconds
        while self.output.count(READY) == before:
            if self.up.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"The desk did not start:\n{self.output[-4000:]}")
            time.sleep(0.2)

    def stop(self, seconds=90):
        """Stop as Ctrl-C does and answer the exit code. A program that is slow to end is killed by
        its supervisor after 36 seconds."""
        if self.up is None:
            return None
        if self.up.poll() is None:
            self.up.send_signal(signal.SIGINT)
        try:
            return self.up.wait(seconds)
        except subprocess.TimeoutExpired:
            self.up.kill()
            raise

    @property
    def output(self):
        return (self.data / "output.txt").read_text(errors="replace")

    def printed(self, pattern):
        """The latest that fits: what the site prints comes a moment after its answer."""
        deadline = time.monotonic() + 60
        while not (found := re.findall(pattern, self.output)):
            assert time.monotonic() < deadline, f"{pattern} was not printed:\n{self.output[-4000:]}"
            time.sleep(0.2)
        return found[-1]

    def process(self, name):
        numbers = re.findall(rf"^{name} *\| started \(process (\d+)\)", self.output, re.MULTILINE)
        return int(numbers[-1])

    def run(self, code):
        """Run Python in the site's settings and on its database; answer what it prints."""
        if self.clerk is None:
            self.clerk = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "-v0", "--no-imports", "-c", CLERK],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.clerk.stdin.write(json.dumps(code) + "\n")
        self.clerk.stdin.flush()
        printed, wrong = json.loads(self.clerk.stdout.readline())
        assert not wrong, wrong
        return printed

    def manage(self, *words):
        """Run a management command on the desk's database and answer what it prints."""
        call = f"call_command(*{list(map(str, words))!r})"
        return self.run(f"from django.core.management import call_command\n{call}")


def free_port():
    """One that no other process of tests is given before this one ends: who is to listen there may
    take seconds to begin."""
    for turn in islice(TURNS, len(PORTS)):
        port = PORTS[turn % len(PORTS)]
        if claim(port) and is_free(port):
            return port
    raise AssertionError("No port is free.")


# Below those that a system gives away by itself, also to whoever calls somebody.
PORTS = range(20_000, 32_768)
TURNS = count(os.getpid() * 97)


def claim(port):
    """By a name that all processes of a machine see, and that goes with the one that has it."""
    with socket.socket(socket.AF_UNIX) as known:
        try:
            known.bind(f"\0pixazo-tests-{port}")
        except OSError:
            return False
        known.detach()  # open to this process's end
    return True


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
