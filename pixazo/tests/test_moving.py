"""A site on SQLite becomes one on PostgreSQL: all of it, or nothing, and it is looked at twice."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pixazo.moving import Sum, plain
from pixazo.tests import migrated
from pixazo.tests.desk import ROOT
from pixazo.tests.processes import FAST

# One of everything that a site may hold.
WORLD = """
import django
django.setup()
from pixazo.tests import cast, world
cast.painter.__wrapped__(None)
world.build()
from pixazo.models import Event
Event.objects.create(channel="c", kind="k", subject="ä \\u2028 \\\\ \\t \\n ; ' \\"")
from generation.models import Service
Service.objects.filter(slug="elsewhere").update(api_key="a key that is encrypted")
"""


class Desk:
    """A site on SQLite in a folder of its own, and what is run there."""

    def __init__(self, folder):
        self.file = folder / "pixazo.sqlite3"
        shutil.copyfile(migrated.file(), self.file)
        self.env = {
            **{name: text for name, text in os.environ.items() if name != "REDIS_URL"},
            **FAST,
            "DJANGO_SETTINGS_MODULE": "pixazo.settings",
            "DATABASE_URL": f"sqlite:///{self.file}",
            "PIXAZO_DATA": str(folder),
            "PIXAZO_LOG_FILE": "-",
            "PIXAZO_ENV_FILE": os.devnull,
        }

    def run(self, *words, **more):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.env | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def move(self, url):
        return self.run("manage.py", "move_to_postgres", NEW_DATABASE_URL=url)

    def sql(self, text, *values):
        with closing(sqlite3.connect(self.file)) as file:
            found = file.execute(text, values).fetchall()
            file.commit()
            return found


@pytest.mark.services
@pytest.mark.timeout(900)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="needs a PostgreSQL")
def test_a_site_moves(tmp_path):
    desk = Desk(tmp_path)
    code, said = desk.run("-c", WORLD)
    assert code == 0, said
    server = os.environ["DATABASE_URL"]
    name = "moved_here"
    migrated.copy_database(server, name)
    url = f"{server.rpartition('/')[0]}/{name}"

    # What SQLite took and PostgreSQL does not, stops it in words, and nothing is there.
    ((pk, right),) = desk.sql("SELECT id, name FROM workspaces_workspace LIMIT 1")
    desk.sql("UPDATE workspaces_workspace SET name = ? WHERE id = ?", "x" * 1000, pk)
    code, said = desk.move(url)
    assert code == 1
    assert "A row of workspaces_workspace was refused: value too long" in said
    with psycopg.connect(url) as there:
        assert there.execute("SELECT COUNT(*) FROM accounts_user").fetchone() == (0,)

    # Mended, the same command begins anew.
    desk.sql("UPDATE workspaces_workspace SET name = ? WHERE id = ?", right, pk)
    before = desk.file.read_bytes()
    code, said = desk.move(url)
    assert code == 0, said
    assert "all of them are the same" in said
    assert url.split(":")[2].split("@", maxsplit=1)[0] not in said  # the password
    assert desk.sql("SELECT COUNT(*) FROM accounts_user") == [(7,)]
    with psycopg.connect(url) as there:
        for table in ("accounts_user", "generation_image", "generation_transition", "auth_group"):
            (count,) = desk.sql(f"SELECT COUNT(*) FROM {table}")
            assert there.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == count
        # Numbers go on where they were.
        (next_one, highest) = there.execute(
            "SELECT nextval(pg_get_serial_sequence('pixazo_event', 'id')),"
            " (SELECT MAX(id) FROM pixazo_event)"
        ).fetchone()
        assert next_one > highest
        assert there.execute("SELECT to_regclass('pixazo_moving')").fetchone() == (None,)
    assert len(before) == desk.file.stat().st_size

    # And what is there now is not written over.
    code, said = desk.move(url)
    assert code == 1
    assert "The new database is not empty" in said


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="moves from SQLite only")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", ["", "sqlite:///other", "mysql://a:b@c/d", "nonsense"])
def test_without_an_address_of_a_postgresql_it_says_so(url, monkeypatch):
    monkeypatch.setenv("NEW_DATABASE_URL", url)
    with pytest.raises(CommandError, match="NEW_DATABASE_URL"):
        call_command("move_to_postgres")


@pytest.mark.services
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="needs a PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_what_is_not_on_sqlite_is_not_moved():
    assert connection.vendor == "postgresql"
    with pytest.raises(CommandError, match="not on SQLite"):
        call_command("move_to_postgres")


def test_the_sum_of_a_table_knows_its_rows_and_not_their_order():
    rows = [(1, "a"), (2, "b"), (2, "b")]
    sums = [Sum(), Sum(), Sum(), Sum()]
    for number, some in enumerate((rows, rows[::-1], rows[:2], [(1, "b"), (2, "a"), (2, "b")])):
        for row in some:
            sums[number].add(row)
    assert sums[0] == sums[1]
    assert sums[0] != sums[2]
    assert sums[0] != sums[3]


def test_what_both_databases_mean_is_the_same():
    there = datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert plain(there) == plain(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    assert plain(Decimal("1.50")) == plain(Decimal("1.5")) != plain(Decimal("15"))
    assert plain({"a": [1.0, 2]}) == plain({"a": [1, 2.0]})
    assert plain(memoryview(b"x")) == plain(b"x")
    assert plain(None) is None
    assert plain(0.1) != plain(0.2)
