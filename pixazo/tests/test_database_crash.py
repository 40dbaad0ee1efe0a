"""PostgreSQL itself dies: first one of its processes, then all of it for a while. No accepted job
is lost, and the site says that it is down as long as it is (F16 of the fault matrix)."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pixazo.tests import migrated
from pixazo.tests.desk import ROOT, free_port
from pixazo.tests.processes import environment, until
from tools.with_services import Cluster, temporary_folder

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
# The site of this test has a database of its own, which the ORM of the test doesn't see.
BEGIN = """
from accounts.models import ApiKey, User
from billing.models import Account, Plan
from generation.models import ImageModel
from workspaces.models import Workspace
alice = User.objects.welcome("alice@example.org", "alice")
Account.objects.of(alice)
Account.objects.update(plan=Plan.objects.unlimited())
Workspace.found(alice, "Studio")
size = {"default": 64, "min": 32, "max": 256, "step": 8}
steps = {"default": 4, "min": 1, "max": 50}
contract = {"width": size, "height": size, "num_inference_steps": steps}
ImageModel.objects.create(
    slug="painter", name="Painter", provider="fake", address="slow:0.5", contract_data=contract
)
print(ApiKey.issue(alice, "crash test")[1])
"""


@pytest.fixture
def cluster():
    with temporary_folder() as folder:
        cluster = Cluster(folder, is_durable=True)
        # Nobody takes its port while it is away.
        before, cluster.port = cluster.port, free_port()
        cluster.url = cluster.url.replace(f":{before}/", f":{cluster.port}/")
        yield cluster


def manage(cluster, *words):
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(DATABASE_URL=cluster.url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def call(web, method, path, key, body=None):
    """Status and answer."""
    connection = http.client.HTTPConnection(urlsplit(web.url).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def ask(web, key):
    return call(web, "POST", "/api/generate", key, {"prompt": "a lighthouse", "model": "painter"})


def health(web, key):
    return call(web, "GET", "/api/health", key)[0]


def is_drawing(web, key, asked):
    """Whether one of them is in the middle of a picture."""
    looks = [call(web, "GET", urlsplit(order["status_url"]).path, key) for _, order in asked]
    return any(answer.get("state") == "running" for _, answer in looks)


def kill_a_backend(server):
    """One process that serves a connection of ours; answers whether there was one."""
    for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
        with suppress(OSError):  # it may have ended meanwhile
            if "pixazo postgres 127.0.0.1" in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(int(pid), signal.SIGKILL)
                return True
    return False


def test_a_database_that_crashes_and_is_away_costs_no_accepted_job(site, cluster):
    with cluster.running() as server:
        migrated.fill(cluster.url)
        key = manage(cluster, "shell", "--no-imports", "-c", BEGIN).split()[-1]
        web = site.web(DATABASE_URL=cluster.url, **IMPATIENT)
        worker = site.worker(DATABASE_URL=cluster.url, **IMPATIENT)
        asked = [ask(web, key) for _ in range(4)]
        # One process of the server dies in the middle of a picture: it then cuts all others and
        # recovers by itself.
        until(lambda: is_drawing(web, key, asked), what=lambda: worker.output)
        until(lambda: kill_a_backend(server))
        asked.append(until(lambda: (sent := ask(web, key))[0] == 202 and sent))
        # All of it dies, in the middle of the next ("immediate": no goodbye, no checkpoint).
        until(lambda: is_drawing(web, key, asked), what=lambda: worker.output)
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
    for _ in range(8):
        # As long as it is away, which is a third of a minute: each asks it for two seconds. A pool
        # that waits longer and longer would come back too late.
        assert health(web, key) == 503
        time.sleep(0.4)
    status, answer = ask(web, key)
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    with cluster.running():
        until(lambda: health(web, key) == 200, seconds=10, what=lambda: web.output)
        asked.append(ask(web, key))
        assert {status for status, _ in asked} == {202}
        for _, order in asked:
            path = urlsplit(order["status_url"]).path
            until(
                lambda path=path: call(web, "GET", path, key)[1]["state"] == "succeeded",
                what=lambda: worker.output,
            )
        manage(cluster, "check_invariants", "--idle")
        web.kill()
        worker.kill()
