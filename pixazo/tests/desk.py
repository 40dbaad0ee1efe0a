"""A whole desk for tests: `manage.py up` on a folder and a port of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything"  # the last line of the greeting


class Desk:
    """Use as a context manager. `url` is the site's address, `output` all it has printed so far
    (e-mails too), `process(name)` the number of the latest "web", "worker", "chores" or "beat".
    """

    def __init__(self, data, **settings):
        self.data = Path(data)
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
        self.database = ""

    def __enter__(self):
        if self.env.get("DATABASE_URL", "").startswith("postgres"):
            self.make_database()
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        self.stop()
        if self.database:
            self.sql("DROP DATABASE {} WITH (FORCE)")

    def make_database(self):
        """Where tests run on services, each desk has a database and a corner of Redis to itself."""
        self.server = self.env["DATABASE_URL"]
        self.database = f"desk_{self.port}"
        self.sql("CREATE DATABASE {}")
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

    def stop(self, seconds=30):
        """Stop as Ctrl-C does and answer the exit code."""
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

    def process(self, name):
        numbers = re.findall(rf"^{name} *\| started \(process (\d+)\)", self.output, re.MULTILINE)
        return int(numbers[-1])

    def manage(self, *words):
        """Run a management command on the desk's database and answer what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
