"""What all tests share: no network, a Chromium that keeps to itself, a whole desk to visit."""

import os
import re
import shutil
import socket
from collections import Counter
from functools import partial
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import expect

from pixazo.tests import emptied, migrated
from pixazo.tests.desk import Desk, free_port
from pixazo.tests.long import IS_LONG
from pixazo.tests.memory import set_aside

pytest_plugins = ["pixazo.tests.cast", "pixazo.tests.processes"]

# A busy machine is no failure: neither a slow example nor slow making of one. What is tried is the
# same each time, unless somebody wants to explore.
hypothesis.settings.register_profile(
    "here",
    deadline=None,
    derandomize=not IS_LONG,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("here")

DATABASES = {"db", "transactional_db", "django_db_setup", "live_server"}
COMMITTED = {"transactional_db", "live_server"}
AGAIN = r"mark\.(both|services)|transaction=True|transactional_db|live_server"
SERVER = os.environ.get("DATABASE_URL") if "PIXAZO_TEST_SERVICES" in os.environ else ""
TOOK = "pixazo/seconds"
MIGRATING = pytest.StashKey()
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config):
    """The database is migrated while the processes still read the tests, which takes as long."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        make = partial(migrated.database, SERVER) if SERVER else migrated.file
        config.stash[MIGRATING] = Thread(target=make, daemon=True)
        config.stash[MIGRATING].start()
        if hasattr(config, "cache"):
            config.pluginmanager.register(Took(config))


def pytest_unconfigure(config):
    if MIGRATING in config.stash:
        config.stash[MIGRATING].join()


def pytest_ignore_collect(collection_path, config):
    """What is not asked for isn't imported either: all files and torch take half a minute."""
    if not (collection_path.name.startswith("test_") and collection_path.suffix == ".py"):
        return None
    text, asked = collection_path.read_text(), config.option.markexpr
    if asked == "browser":
        return "mark.browser" not in text or None
    if asked == "again":
        return not re.search(AGAIN, text) or None
    return None


def pytest_collection_modifyitems(config, items):
    """Mark what PostgreSQL and Redis are asked again (docs/tests.md); start the slow files first.

    Files go whole to one process each: a slow one that starts last keeps the others waiting.
    """
    seconds = {}
    for item in items:
        if runs_again(item):
            item.add_marker(pytest.mark.again)
        seconds[item.path] = max(seconds.get(item.path, 0), foreseen(item))
    if hasattr(config, "workerinput"):  # one of several
        took = config.workerinput.get(TOOK, {})
        named = {path: path.relative_to(config.rootpath).as_posix() for path in seconds}
        seconds = {path: took.get(named[path], few) for path, few in seconds.items()}
        items.sort(key=lambda item: -seconds[item.path])


def foreseen(item):
    """How long its file takes where no run before could tell: those that say that they may."""
    patience = item.get_closest_marker("timeout")
    is_slow = any(map(item.get_closest_marker, ("starter", "crash", "cases")))
    return (patience.args[0] if patience else 0) + 60 * is_slow


class Took:
    """Keeps the seconds that each file took, for the order of the next run."""

    def __init__(self, config):
        self.config, self.seconds = config, Counter()
        self.known = config.cache.get(TOOK, {})

    def pytest_configure_node(self, node):
        node.workerinput[TOOK] = self.known

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid.partition("::")[0]] += report.duration

    def pytest_sessionfinish(self):
        if self.seconds:
            self.config.cache.set(TOOK, self.known | self.seconds)


def runs_again(item):
    """Whether PostgreSQL may answer otherwise than SQLite."""
    if item.get_closest_marker("services"):
        return True
    if any(map(item.get_closest_marker, ("once", "browser", "starter"))):
        return False
    mark, fixtures = item.get_closest_marker("django_db"), set(item.fixturenames)
    if (mark and mark.kwargs.get("transaction")) or COMMITTED & fixtures:
        return True
    return bool(item.get_closest_marker("both") and (mark or DATABASES & fixtures))


def pytest_collection_finish():
    set_aside()


@pytest.fixture(scope="session", autouse=True)
def loopback_only():
    """A test that calls out fails with a sentence instead of waiting for a firewall."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host not in {"localhost", "::1"} and not host.startswith("127."):
                raise ConnectionRefusedError(f"Tests stay on this machine; {host} is not on it.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb():
    """What lies there already is taken as it is; it goes with the run's folder or server."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The database of this process is a copy of one that is migrated."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        shutil.copyfile(migrated.file(), test["NAME"])
    else:
        name = test["NAME"] or f"test_{connection.settings_dict['NAME']}"
        migrated.copy_database(os.environ["DATABASE_URL"], name)


@pytest.fixture(scope="session", autouse=True)
def _rows_go_quickly():
    """See `emptied`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptied.empty())
        yield


@pytest.fixture(scope="session", autouse=True)
def _doors_keep_to_their_word():
    """Whatever a door answers in any test is as the OpenAPI document says it."""
    from pixazo.api import Door

    answer = Door.finalize_response

    def checked(self, request, response, *args, **kwargs):
        from pixazo.tests import spoken

        response = answer(self, request, response, *args, **kwargs)
        spoken.check(self, request, response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Door, "finalize_response", checked)
        yield


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """The whole site as `make run` starts it, with worker and starter model; see `Desk`. Plans are
    sold there, by the stand-in for Stripe, and a stand-in talks: `desk.language_model`."""
    from chat.tests.language_model import KEY, LanguageModel

    stripe = free_port()
    with LanguageModel() as model:
        chat = {"GROK_API_URL": model.url, "GROK_API_KEY": KEY}
        with Desk(tmp_path_factory.mktemp("desk"), PIXAZO_STRIPE_STAND_IN=stripe, **chat) as desk:
            desk.language_model = model
            yield desk


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.fail("The browser stories need Chromium: python -m tools.debian chromium")
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture
def cases(request):
    """Counts what a test tries in a loop; its mark `cases` says how many that are at the least."""
    counted = SimpleNamespace(count=0)
    yield counted
    assert counted.count >= request.node.get_closest_marker("cases").args[0]


@pytest.fixture
def context(context):
    # The machine may be drawing pictures at the same time: what is expected may take a while.
    context.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    return context


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path: Path):
    """Pictures of one test are not there in the next."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.MEDIA_ROOT},
        },
    }
