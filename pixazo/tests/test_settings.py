"""The real settings, as other processes read them."""

import json
import os
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from pixazo.at_the_prompt import sentence
from pixazo.tests.desk import ROOT

SHOW = """
import json
from pixazo import settings as s
options = {name: str(value) for name, value in s.DATABASES["default"]["OPTIONS"].items()}
print(json.dumps([s.PORT, s.DATABASES["default"]["ENGINE"], options, str(s.MEDIA_ROOT)]))
"""


WHERE = """
import json
from pixazo import settings as s
print(json.dumps([s.DATABASES["default"].get("HOST"), s.REDIS_URL]))
"""

SELLING = """
import json
from pixazo import settings as s
forms = s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]
print(json.dumps([bool(s.STRIPE_SECRET_KEY), s.STRIPE_API_BASE, forms[1:]]))
"""

BEGIN = """
import json, logging, os
os.environ["DJANGO_SETTINGS_MODULE"] = "pixazo.settings"
os.umask(0o022)
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.cursor().execute("CREATE TABLE drawn (number int)")
logging.getLogger("pixazo").warning("A line")
files = [path for path in settings.DATA.iterdir() if path.is_file()]
print(json.dumps({path.name: path.stat().st_mode & 0o777 for path in files}))
"""

HSTS = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "pixazo.settings"
import django
django.setup()
from django.core.checks import run_checks
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
answer = SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/", secure=True))
found = run_checks(tags=["security"], include_deployment_checks=True)
said = answer.get("Strict-Transport-Security")
print(json.dumps([said, [each.id for each in found if not each.is_silenced()]]))
"""


def read(tmp_path, show=SHOW, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    answer = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env={**kept, "PIXAZO_DATA": str(tmp_path / "data"), **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)


def test_an_env_file_counts_where_the_environment_says_nothing_or_is_empty(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=8123\nDATABASE_URL=postgres://me@db.example/pixazo\n")
    # make exports the variables it names even where they are not set: as empty texts.
    port, engine, *_ = read(tmp_path, PIXAZO_ENV_FILE=str(file), PORT="", DATABASE_URL="")
    assert (port, engine) == (8123, "django.db.backends.postgresql")
    port, *_ = read(tmp_path, PIXAZO_ENV_FILE=str(file), PORT="9000")
    assert port == 9000


def test_what_the_databases_address_says_of_tls_is_kept(tmp_path):
    url = "postgres://me@db.example/pixazo?sslmode=verify-full"
    _, _, options, _ = read(tmp_path, DATABASE_URL=url)
    assert options["sslmode"] == "verify-full"
    assert "pool" in options


def test_the_data_folder_is_its_owners_alone(tmp_path):
    read(tmp_path)
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_what_is_made_in_a_folder_that_others_may_enter_they_may_not_read(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    assert read(tmp_path, BEGIN) == {
        "pixazo.log": 0o600,
        "pixazo.sqlite3": 0o600,
        "pixazo.sqlite3-shm": 0o600,
        "pixazo.sqlite3-wal": 0o600,
        "secret_key": 0o600,
    }
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o755  # as somebody made it


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "max-age=31536000; includeSubDomains; preload"),
        ("subdomains", "max-age=31536000; includeSubDomains"),
        ("Host", "max-age=31536000"),
        ("off", None),
    ],
)
def test_the_operator_says_how_firmly_browsers_keep_to_https(tmp_path, word, said):
    """And none of the choices is complained of by `manage.py check --deploy`."""
    found = read(tmp_path, HSTS, PIXAZO_URL="https://pixazo.example", PIXAZO_HSTS=word)
    assert found == [said, []]


def test_forms_lead_to_where_money_is_taken_and_nowhere_else(tmp_path):
    assert read(tmp_path, SELLING) == [False, "", []]
    stripes = ["https://checkout.stripe.com", "https://billing.stripe.com"]
    assert read(tmp_path, SELLING, STRIPE_SECRET_KEY="sk_test_x") == [True, "", stripes]
    here = "http://127.0.0.1:8020"
    assert read(tmp_path, SELLING, PIXAZO_STRIPE_STAND_IN="8020") == [True, here, [here]]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        read(tmp_path, PIXAZO_STRIPE_STAND_IN="8020", STRIPE_SECRET_KEY="sk_live_x")
    assert "exclude each other" in refused.value.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "nonsense", "must be postgres://"),
        ("DATABASE_URL", "mysql://me:secret@host/name", "must be postgres://"),
        ("DATABASE_URL", "postgres://me:sec/ret@host:5432/name", "%2F"),
        ("REDIS_URL", "localhost:6379", "must be redis://"),
        ("REDIS_URL", "redis://:secret/more@host:6379/0", "%2F"),
        ("REDIS_URL", "redis://[::1/0", "must be redis://"),
        ("PORT", "99999", "must be 65535 at most"),
        ("PIXAZO_URL", "pixazo.example", "https://pixazo.example"),
        ("PIXAZO_URL", "https://pixazo.example:https", "https://pixazo.example"),
        ("PIXAZO_URL", "https://[::1", "https://pixazo.example"),
        ("PIXAZO_LOG_LEVEL", "loud", "must be DEBUG, INFO"),
        ("PIXAZO_LOG_FORMAT", "xml", "must be line or json"),
        ("PIXAZO_PROXIES", "-1", "must be a whole number"),
        ("PIXAZO_DATA", "/dev/null", "can't be made"),
    ],
)
def test_a_wrong_setting_ends_a_command_with_a_sentence_that_names_it(tmp_path, name, value, says):
    ended = manage(tmp_path, "check", **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"A setting is wrong: {name} must be")
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "secret" not in ended.stderr


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("postgres://me:pass%40%2F%3A@host:5432/name?sslmode=verify-full", "host"),
        ("postgresql://me:x@y@[::1]:5432/name", "::1"),
        ("postgres://me@%2Fvar%2Frun%2Fpostgresql/name", "/var/run/postgresql"),
        ("postgres:///name?host=/run/postgresql", ""),
    ],
)
def test_any_way_to_write_where_a_database_is_is_taken(tmp_path, address, host):
    assert read(tmp_path, WHERE, DATABASE_URL=address) == [host, ""]


@pytest.mark.parametrize(
    "address",
    [
        "redis:///0",
        "redis://host",
        "rediss://me:p%2Fw@[::1]:6380/1?ssl_cert_reqs=required",
    ],
)
def test_any_way_to_write_where_redis_is_is_taken(tmp_path, address):
    assert read(tmp_path, WHERE, REDIS_URL=address)[1] == address


def test_a_mistake_in_the_code_is_not_taken_for_a_database_that_is_away():
    for kind, cause in (
        (InterfaceError, psycopg.InterfaceError("the cursor is closed")),
        (InterfaceError, sqlite3.InterfaceError("Error binding parameter 0")),
        (ProgrammingError, psycopg.ProgrammingError("cannot adapt type 'object'")),
        (OperationalError, psycopg.errors.QueryCanceled("canceling statement due to timeout")),
    ):
        error = kind(str(cause))
        error.__cause__ = cause
        assert sentence(error) == ""


def test_a_database_that_is_away_or_empty_ends_a_command_with_a_sentence(tmp_path):
    nobody = {"DATABASE_URL": "postgres://me:secret@127.0.0.1:1/name", "DATABASE_POOL": "0"}
    away = manage(tmp_path, "verify", **nobody)
    empty = manage(tmp_path, "verify")
    assert (away.returncode, empty.returncode) == (1, 1)
    assert away.stderr.startswith("The database does not answer: ")
    assert "DATABASE_URL" in away.stderr
    assert empty.stderr.startswith("This database lacks a table")
    assert "manage.py migrate" in empty.stderr
    assert "Traceback" not in away.stderr + empty.stderr
    assert "Traceback" in manage(tmp_path, "verify", "--traceback", **nobody).stderr


def test_a_database_file_that_is_none_ends_a_command_with_a_sentence(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pixazo.sqlite3").write_text("This is no database. " * 100)
    ended = manage(tmp_path, "migrate")
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("pixazo.sqlite3 refuses: file is not a database.")
    assert "Traceback" not in ended.stderr


def manage(tmp_path, *words, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **kept,
            "PIXAZO_DATA": str(tmp_path / "data"),
            "PIXAZO_ENV_FILE": os.devnull,
            "PIXAZO_LOG_FILE": "-",
            **environment,
        },
        check=False,
        capture_output=True,
        text=True,
    )
