"""PostgreSQL that cuts, blocks or falls silent: an answer in time, and no job lost or doubled
(F15, F17, F18, F19 of the fault matrix)."""

import http.client
import json
import os
import time
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from accounts.models import ApiKey
from billing.models import Account, LedgerEntry, Plan
from generation.invariants import violations
from generation.models import Image, Job
from pixazo.tests.fault_proxy import FaultProxy
from pixazo.tests.processes import environment, until
from pixazo.tests.test_crashes import ask, finished, is_drawing, states

pytestmark = [
    pytest.mark.crash,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="faults of PostgreSQL: make test-services",
    ),
]
IMPATIENT = {"DATABASE_SECONDS": "2", "DATABASE_POOL": "1"}


@pytest.fixture(autouse=True)
def _no_cap(alice):
    account = Account.objects.of(alice)
    account.plan = Plan.objects.unlimited()
    account.save()


@pytest.fixture
def key(studio):
    return ApiKey.issue(studio.owner, "fault test")[1]


@pytest.fixture
def proxy():
    address = urlsplit(environment()["DATABASE_URL"])
    with FaultProxy(address.hostname, address.port) as proxy:
        proxy.url = through(proxy, address)
        yield proxy


def through(proxy, address):
    login = f"{address.username}:{address.password}"
    return address._replace(netloc=f"{login}@127.0.0.1:{proxy.port}").geturl()


def post(web, key, model):
    """Status, Retry-After and body of one submission."""
    connection = http.client.HTTPConnection(urlsplit(web.url).netloc, timeout=30)
    body = json.dumps({"prompt": "a lighthouse", "model": model.slug, "workspace": "studio"})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/generate", body, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, response.getheader("Retry-After"), answer


def cut_all():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_connections_that_are_cut_cost_no_job(site, studio, painter, key):
    web, worker = site.web(**IMPATIENT), site.worker(**IMPATIENT)
    ask(studio, painter, count=4, address="slow:0.1")
    statuses = []
    for _ in range(3):
        until(lambda: Job.objects.filter(state="running").exists(), what=lambda: worker.output)
        assert cut_all() > 0
        statuses += [post(web, key, painter)[0] for _ in range(3)]
    assert statuses.count(503) <= 3
    assert set(statuses) <= {202, 503}
    finished(list(Job.objects.all()), worker)
    assert Job.objects.count() == 4 + statuses.count(202)
    assert LedgerEntry.objects.filter(kind="capture").count() == Job.objects.count()
    assert violations(idle=True) == []
    forget_connections()


def forget_connections():
    """This process's own were cut, too: its pool would look for new ones ever more slowly."""
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()


def test_a_database_that_falls_silent_is_an_answer_in_time(site, studio, painter, key, proxy):
    web = site.web(DATABASE_URL=proxy.url, **IMPATIENT)
    assert post(web, key, painter)[0] == 202
    proxy.silent = True
    begun = time.monotonic()
    status, retry_after, answer = post(web, key, painter)
    assert time.monotonic() - begun < 20
    assert (status, retry_after, answer["error"]["code"]) == (503, "5", "unavailable")
    proxy.silent = False
    until(lambda: post(web, key, painter)[0] == 202, what=lambda: web.output)


def test_a_worker_outlives_a_silent_database(site, studio, painter, proxy):
    worker = site.worker(DATABASE_URL=proxy.url, **IMPATIENT)
    jobs = ask(studio, painter, count=2, address="slow:0.2")
    until(lambda: is_drawing(jobs[0]), what=lambda: worker.output)
    proxy.silent = True
    until(lambda: "did not answer" in worker.output or "rror" in worker.output)
    proxy.silent = False
    finished(jobs, worker)
    assert violations(idle=True) == []


def test_a_lost_answer_to_the_last_commit_is_no_second_picture(site, studio, painter, proxy):
    worker = site.worker(DATABASE_URL=proxy.url, **IMPATIENT)
    proxy.lose_answer_after(b'INSERT INTO "generation_image"')
    (job,) = ask(studio, painter)
    finished([job], worker)
    until(lambda: proxy.lost, what=lambda: worker.output)
    # Whatever it did about the answer that never came is done when the next picture is there.
    finished(ask(studio, painter), worker)
    job.refresh_from_db()
    assert (proxy.lost, job.attempt) == (1, 1)
    assert Image.objects.filter(job=job).count() == 1
    assert LedgerEntry.objects.filter(kind="capture").count() == 2
    assert violations(idle=True) == []


def test_the_relay_of_these_tests_leaves_no_session_and_no_lock_behind(studio):
    address = urlsplit(environment()["DATABASE_URL"])
    with FaultProxy(address.hostname, address.port) as relay:
        begun = psycopg.connect(through(relay, address))
        begun.execute("SELECT 1 FROM workspaces_workspace FOR UPDATE")
    with psycopg.connect(address.geturl()) as clearing:
        clearing.execute("SET lock_timeout = '20s'")
        clearing.execute("LOCK TABLE workspaces_workspace IN ACCESS EXCLUSIVE MODE")
        clearing.rollback()
    begun.close()


def test_a_locked_table_is_an_answer_in_time_and_no_pile_of_waiters(site, studio, painter, key):
    web = site.web(**IMPATIENT)
    assert post(web, key, painter)[0] == 202
    with psycopg.connect(environment()["DATABASE_URL"]) as migration:
        migration.execute("LOCK TABLE generation_job IN ACCESS EXCLUSIVE MODE")
        status, retry_after, _ = post(web, key, painter)
        assert (status, retry_after) == (503, "5")
        waiting = migration.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        assert waiting == (0,)
        migration.rollback()
    assert post(web, key, painter)[0] == 202
    assert states(Job.objects.all()) == ["queued", "queued"]
