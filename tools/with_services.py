"""Runs a command with a private PostgreSQL and Redis: `python -m tools.with_services pytest ...`

Both live in a temporary folder on free ports of this machine, forget everything and are stopped in
every case. The command finds them in DATABASE_URL and REDIS_URL. With `--durable` before it
PostgreSQL writes to the disk what it says it has: for `python -m tools.bench`.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pixazo.supervisor import Guard
from tools import debian, ending

START_SECONDS = 60
SCRATCH = "nobody"  # PostgreSQL refuses to run as root; used where its own user doesn't exist


def main() -> int:
    command = [word for word in sys.argv[1:] if word != "--"]
    if is_durable := command[:1] == ["--durable"]:
        command = command[1:]
    if command[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if not command:
        sys.exit("What to run? python -m tools.with_services pytest -q")
    if shutil.which(command[0]) is None:
        sys.exit(f"There is no program {command[0]} to run.")
    debian.ensure("postgres", "redis-server")
    ending.by_signal()
    with (
        temporary_folder() as folder,
        redis(folder) as redis_url,
        postgres(folder, is_durable) as database_url,
    ):
        print("PostgreSQL and Redis are up.", flush=True)
        return run(
            command,
            {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "PIXAZO_TEST_SERVICES": "1"},
        )


def run(command: Sequence[str], variables: dict[str, str]) -> int:
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()  # Ctrl-C reached it too
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    # Unix sockets allow 107 characters, so the folder is a short one and not below TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="pixazo-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        ending.remove(folder)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with service([debian.find("redis-server") or "", *words], folder / "redis.log") as process:
        wait_until(lambda: port_answers(port), process, folder / "redis.log")
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgres(folder: Path, is_durable: bool) -> Iterator[str]:
    cluster = Cluster(folder, is_durable=is_durable)
    with cluster.running():
        yield cluster.url


class Cluster:
    """A PostgreSQL of our own, which keeps its data between two runs."""

    SETTINGS = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 200,
    }
    # What most tests don't need: nothing of theirs has to outlive the server.
    FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

    def __init__(self, folder: Path, *, is_durable: bool = False) -> None:
        self.settings = self.SETTINGS if is_durable else self.SETTINGS | self.FORGETFUL
        self.port, self.folder, self.user = free_port(), folder, server_user()
        password, self.data = secrets.token_urlsafe(16), folder / "postgres"
        self.data.mkdir(mode=0o700)
        key = folder / "password"
        key.write_text(password)
        if self.user:
            shutil.chown(self.data, self.user)
            shutil.chown(key, self.user)
        initdb = [debian.find("initdb") or "", "-D", str(self.data), "-U", "pixazo"]
        initdb += ["--pwfile", str(key), "--auth=scram-sha-256", "--no-sync"]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, user=self.user, stdout=subprocess.DEVNULL, cwd="/")
        self.url = f"postgres://pixazo:{password}@127.0.0.1:{self.port}/postgres"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        settings = {"port": self.port, **self.settings}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [debian.find("postgres") or "", "-D", str(self.data), *words]
        log = self.folder / "postgres.log"
        with service(server, log, self.user) as process:
            ready = [debian.find("pg_isready") or "", "-q", "-h", "127.0.0.1"]
            ready += ["-p", str(self.port)]
            wait_until(lambda: subprocess.call(ready) == 0, process, log)
            yield process


@contextmanager
def service(
    command: Sequence[str], log: Path, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C is for the tests; the services are stopped after them
        )
    try:
        with Guard() as guard:  # should this program be killed
            guard.watch(process.pid)
            yield process
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL: disconnect all and stop
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def server_user() -> str | None:
    """Who runs PostgreSQL: this user, unless it is root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return SCRATCH


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
