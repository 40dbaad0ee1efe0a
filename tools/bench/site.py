"""A site of its own for the bench: a web process, a worker if wanted, a person without a cap."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psycopg

from pixazo.supervisor import Guard
from pixazo.tests import migrated
from tools import ending

ROOT = Path(__file__).resolve().parents[2]


class BenchSite:
    """Use as a context manager; `key` is an API key of a person on the plan without a daily cap.
    What runs is the code in `root`."""

    def __init__(self, *, worker: bool, web_processes: int = 1) -> None:
        self.root = ROOT
        self.with_worker = worker
        self.web_processes = web_processes
        self.folder = tempfile.TemporaryDirectory(
            prefix="pixazo-bench-", ignore_cleanup_errors=True
        )
        self.guard = Guard()  # should this program be killed
        self.port = _free_port()
        self.server = self.database = ""  # on PostgreSQL
        self.env = {
            **os.environ,
            "PIXAZO_DATA": self.folder.name,
            "PIXAZO_LOG_FILE": "-",
            "PIXAZO_API_A_MINUTE": "0",  # one person asks as much as a whole site's would
            "PIXAZO_LOG_LEVEL": "WARNING",
            "PORT": str(self.port),
        }
        self.children: list[subprocess.Popen[bytes]] = []
        self.spawned: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "BenchSite":
        self.guard.__enter__()
        try:
            self._begin()
        except BaseException:
            self.end()
            raise
        return self

    def _begin(self) -> None:
        self._migrate()
        self.manage("seed")
        self.key = self.manage("create_api_key", "bench@example.org", "--create").split()[-1]
        self.run(
            "from accounts.models import User; from billing.models import Account, Plan;"
            "account = Account.objects.of(User.objects.get(email='bench@example.org'));"
            "account.plan = Plan.objects.unlimited(); account.save()"
        )
        self.start_web()
        if self.with_worker:
            self.start_chores()
            self.start_worker()
        self.wait_until_it_answers()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Whatever was started here, and by whom, ends; its folder goes."""
        for process in self.spawned:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.guard.__exit__()
        if self.database:
            with suppress(psycopg.Error):  # its server may be gone already
                migrated.drop_database(self.server, self.database)  # type: ignore[no-untyped-call]
        ending.remove(Path(self.folder.name))
        self.folder.cleanup()

    def _migrate(self) -> None:
        """A copy of what is migrated already: that takes a core longer than all else. Also on
        PostgreSQL each site has a database of its own, and none meets what another left there."""
        if self.root != ROOT:
            self.manage("migrate", "--verbosity", "0")
            return
        if server := self.env.get("DATABASE_URL"):
            self.database = f"bench_{secrets.token_hex(4)}"
            migrated.copy_database(server, self.database)  # type: ignore[no-untyped-call]
            self.move_to(server)
            return
        made: Path = migrated.file()  # type: ignore[no-untyped-call]
        shutil.copyfile(made, Path(self.folder.name) / "pixazo.sqlite3")

    def move_to(self, server: str) -> None:
        """Its database is on that PostgreSQL from now on."""
        self.server = server
        self.env["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{self.database}"

    @property
    def media(self) -> Path:
        return Path(self.env.get("PIXAZO_MEDIA") or Path(self.folder.name) / "media")

    def start_web(self) -> None:
        calm = "--no-access-log", "--log-level", "warning"
        self.start("pixazo.web", "--port", str(self.port), *calm, *self._processes())
        self.web = self.children[-1]

    def _processes(self) -> tuple[str, ...]:
        return ("--workers", str(self.web_processes)) if self.web_processes > 1 else ()

    def stop_web(self) -> None:
        self.stop(self.web)

    def start_worker(
        self, name: str = "gpu", env: Mapping[str, str] | None = None, lanes: str = "gpu"
    ) -> subprocess.Popen[bytes]:
        """What draws, as `pixazo.programs` starts it."""
        words = ("-n", f"{name}@%h", "-P", "prefork", "-c", "1", "-Q", lanes)
        self._start_celery(*words, env={"PIXAZO_WORKER": name} | dict(env or {}))
        return self.children[-1]

    def start_chores(self) -> None:
        self._start_celery("-n", "chores@%h", "-P", "threads", "-c", "2", "-Q", "remote,chores")

    def _start_celery(self, *words: str, env: Mapping[str, str] | None = None) -> None:
        calm = "--quiet", "-A", "pixazo", "worker", "--without-gossip", "--without-mingle"
        self.start("celery", *calm, "--loglevel", "WARNING", *words, env=env)

    def stop(self, child: subprocess.Popen[bytes]) -> None:
        self.children.remove(child)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def kill_worker(self) -> None:
        """What draws, parent and child."""
        worker = self.children.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def web_seconds(self) -> float:
        """Of a core's time, that the web processes have taken so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                # After the name, which may hold spaces: state, parent, group, and from the twelfth
                # on what it took in the program and in the kernel.
                facts = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(facts[2]) == self.web.pid:
                ticks += int(facts[11]) + int(facts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> None:
        log = open(Path(self.folder.name) / f"{words[0]}.log", "wb")  # noqa: SIM115
        with log:
            command = sys.executable, "-m", *words
            self.children.append(self.spawn(command, {**self.env, **(env or {})}, log))

    def spawn(
        self, command: Sequence[str], env: Mapping[str, str], log: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """A process with a group of its own, which ends when the site does."""
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for other in self.spawned[:]:
            if other.poll() is not None and not _lives(other.pid):
                self.spawned.remove(other)
                self.guard.forget(other.pid)
        self.spawned.append(process)
        self.guard.watch(process.pid)
        return process

    def manage(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.root,
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def run(self, code: str) -> str:
        """Run Python inside the site's settings and answer what it prints."""
        return self.manage("shell", "--no-imports", "-c", code)

    def connect(self) -> "Caller":
        return Caller(self.port, self.key)

    def wait_until_it_answers(self, path: str = "/api/models", pause: float = 0.2) -> None:
        """Raises `RuntimeError` after three minutes."""
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                status, _ = self.connect().get(path)
            except OSError:
                status = 0
            if status == 200:
                return
            time.sleep(pause)
        raise RuntimeError("The bench's site did not start.")


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class Refused(RuntimeError):
    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status}: {answer}")
        self.status = status


class Caller:
    """One client with one connection, kept for as long as the server keeps it."""

    KEPT = 3.0  # seconds without a request; uvicorn closes it after five

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}"}
        self.used = time.monotonic()

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None, headers)

    def get_json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def post(self, path: str) -> int:
        return self._ask("POST", path)[0]

    def generate(self, **request: Any) -> Any:
        body = json.dumps({"prompt": "a red house under a full moon, night", **request})
        headers = {"Content-Type": "application/json"}
        status, said = self._ask("POST", "/api/generate", body, headers)
        answer = json.loads(said)
        if status != 202:
            raise Refused(status, answer)
        return answer

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        if time.monotonic() - self.used > self.KEPT:
            self.connection.close()  # the request opens another
        self.connection.request(method, path, body, self.headers | (headers or {}))
        response = self.connection.getresponse()
        said = response.read()
        self.used = time.monotonic()
        return response.status, said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
