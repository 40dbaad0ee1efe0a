"""`python -m tools.log_archive [--seconds 5]`: a PostgreSQL that archives its log is lost whole,
and comes back with all but the last moments; then as it was at a moment that is named.

As docs/backup.md has it: a base backup, its log kept beside it, `archive_timeout` as given here
(minutes in earnest). Pictures are drawn before and after the base backup, and after the moment;
then the server is killed and its folder removed. Prints a table; exit code 1 where a picture is
missing that should have come back, or one is there that should not, or `manage.py verify` has
something to say.
"""

import argparse
import copy
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tools import debian, ending
from tools.bench.site import BenchSite
from tools.bench.table import markdown
from tools.soak import ENGINE, MODEL, draw
from tools.with_services import Cluster, free_port, temporary_folder

A_PART = 4  # pictures
PATIENCE = 90  # seconds
COUNT = "from generation.models import Image; print(Image.objects.count())"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.log_archive", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="archive_timeout")
    seconds = parser.parse_args().seconds
    debian.ensure("postgres")
    ending.by_signal()
    with temporary_folder() as folder:
        rows, wrong = _go(folder, seconds)
    title = f"A PostgreSQL is lost whole, its log was archived at least every {seconds} s"
    print(markdown(title, ["", "pictures", "asked for"], rows), *wrong, sep="\n", flush=True)
    sys.exit(bool(wrong))


def _go(folder: Path, seconds: int) -> tuple[list[list[object]], list[str]]:
    archive, base = folder / "archive", folder / "base"
    cluster = Cluster(folder, is_durable=True)
    for each in (archive, base):
        each.mkdir(mode=0o700)
        _own(cluster, each)
    cluster.settings = {
        **cluster.settings,
        "archive_mode": "on",
        "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
        "archive_timeout": seconds,
    }
    site = BenchSite(worker=True)
    site.env |= ENGINE | {"DATABASE_URL": cluster.url, "DATABASE_POOL": "0"}
    site.env.pop("REDIS_URL", None)
    with cluster.running() as server, site:
        site.run(MODEL)
        _draw(site)
        _base_backup(cluster, base)
        _draw(site)
        moment = _ask(cluster, "SELECT now()::text")
        time.sleep(1)
        _draw(site)
        _until_archived(cluster)
        archived = time.monotonic()
        _draw(site)
        lived = time.monotonic() - archived
        before = int(site.run(COUNT))
        # The machine is gone: its server at once, its folder, and whoever worked with it.
        server.kill()
        while site.children:
            site.kill_worker()
        shutil.rmtree(cluster.data)
        rows: list[list[object]] = [["when it was lost", before, 4 * A_PART]]
        wrong = []
        with _again(cluster, base, archive, moment) as url:
            site.move_to(url)
            count = int(site.run(COUNT))
            site.manage("verify", "--hashes")
        rows.append(["as it was at a moment that was named", count, 2 * A_PART])
        if count != 2 * A_PART:
            wrong.append(f"{count} pictures at that moment, there were {2 * A_PART}.")
        with _again(cluster, base, archive, "") as url:
            site.move_to(url)
            count = int(site.run(COUNT))
            # And it goes on: what was being drawn is drawn again.
            site.start_web()
            site.start_chores()
            site.start_worker()
            site.wait_until_it_answers()
            _draw(site)
            site.manage("verify", "--idle", "--hashes")
        rows.append(
            [f"as far as the log was archived, {lived:.0f} s before the loss", count, 3 * A_PART]
        )
        if count < 3 * A_PART:
            wrong.append(f"{count} pictures came back, {3 * A_PART} were archived.")
    return rows, wrong


def _draw(site: BenchSite) -> None:
    draw(site.connect(), A_PART)


def _own(cluster: Cluster, path: Path) -> None:
    if cluster.user:
        for each in (path, *path.rglob("*")):
            shutil.chown(each, cluster.user)


def _base_backup(cluster: Cluster, to: Path) -> None:
    words = ["-D", str(to), "-h", "127.0.0.1", "-p", str(cluster.port), "-U", "pixazo"]
    subprocess.run(
        [debian.find("pg_basebackup") or "pg_basebackup", *words, "--checkpoint=fast"],
        env={
            **os.environ,
            "PGPASSWORD": urlsplit(cluster.url).password or "",
        },
        user=cluster.user,
        cwd="/",
        check=True,
    )


def _until_archived(cluster: Cluster) -> None:
    """All that has been written until now: the piece of the log that it is in is full or over."""
    piece = _ask(cluster, "SELECT pg_walfile_name(pg_current_wal_lsn())")
    done = f"SELECT coalesce(last_archived_wal, '') >= '{piece}' FROM pg_stat_archiver"
    _until(lambda: _ask(cluster, done) == "True", f"{piece} is archived")


@contextmanager
def _again(cluster: Cluster, base: Path, archive: Path, moment: str) -> Iterator[str]:
    """Its address, once it has read the log up to that moment, or all there is."""
    again = copy.copy(cluster)
    again.port, again.data = free_port(), cluster.folder / f"again-{time.monotonic_ns()}"
    again.url = cluster.url.replace(f":{cluster.port}/", f":{again.port}/")
    shutil.copytree(base, again.data)
    (again.data / "recovery.signal").touch()
    again.data.chmod(0o700)
    _own(again, again.data)
    again.settings = {
        **{name: value for name, value in cluster.settings.items() if "archive" not in name},
        "restore_command": f"cp {archive}/%f %p",
        **({"recovery_target_time": moment, "recovery_target_action": "promote"} if moment else {}),
    }
    with again.running():
        _until(lambda: _ask(again, "SELECT pg_is_in_recovery()") == "False", "it has come back")
        yield again.url


def _ask(cluster: Cluster, question: str) -> str:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        row: Any = connection.execute(question.encode()).fetchone()
    return str(row[0])


def _until(true: Any, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            sys.exit(f"In vain: {what}.")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
