"""Told to end, a site's processes end in good order: what was begun is finished or handed back, and
nobody who asks meanwhile is turned away with less than an answer."""

import http.client
import signal
import threading
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import pytest

from accounts.models import ApiKey
from billing.models import Account
from generation.invariants import violations
from generation.models import Job, Upload
from generation.storage import UPLOADS, stored_keys
from pixazo.events import stream_token
from pixazo.tests.processes import until
from pixazo.tests.test_crashes import ask, call, finished, is_drawing, states, upload

pytestmark = [
    pytest.mark.both,
    pytest.mark.crash,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


def listen(web):
    """An open page's stream, after its greeting."""
    connection = http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=60)
    connection.request("GET", f"/events/?token={stream_token('w:1')}")
    response = connection.getresponse()
    heard = b""
    while b"hello" not in heard:
        heard += response.read1(100)
    return connection, response


def wait_by_mcp(web, key):
    """What a program hears that waits for a picture which nobody draws."""
    wanted = {"name": "pix_generate", "arguments": {"prompt": "a cat", "wait_seconds": 50}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": wanted}
    said = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-06-18",
    }
    return httpx2.post(f"{web.url}/mcp", json=call, headers=said, timeout=60)


def test_a_web_process_finishes_what_it_has_begun_and_ends_with_nought(site, studio, painter):
    _, key = ApiKey.issue(studio.owner, "shutdown test")
    signed_in = {"Authorization": f"Bearer {key}"}
    # What is uploaded takes longer than the site takes connections, and those long enough to ask.
    sleepy = ",".join(["upload.file:sleep"] * 4)
    web = site.web(PIXAZO_FAULT=sleepy, PIXAZO_DRAIN_SECONDS="15")
    connection, page = listen(web)
    kept = http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=60)
    kept.request("GET", "/healthz")
    kept.getresponse().read()  # and its connection stays open, as a browser's does
    told = []
    waiting = threading.Thread(target=lambda: told.append(wait_by_mcp(web, key)))
    waiting.start()
    until(Job.objects.exists, what=lambda: web.output)
    answers = []
    slow = threading.Thread(target=lambda: answers.append(upload(web, key)))
    slow.start()
    until(lambda: list(stored_keys(UPLOADS)), what=lambda: web.output)
    web.popen.terminate()
    # It says so, and answers whoever has not heard yet, on a connection that ends with it.
    until(lambda: call(web, "GET", "/readyz", {})[0] == 503, what=lambda: web.output)
    with closing(http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=60)) as last:
        last.request("GET", "/api/models", headers=signed_in)
        answer = last.getresponse()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        answer.read()
    # The page is told when to come back, to whoever is there by then.
    with closing(connection):
        assert page.read().strip().splitlines()[-1].startswith(b"retry: ")
    web.popen.terminate()  # a second time changes nothing
    slow.join()
    assert [status for status, _ in answers] == [201], answers
    # Who waits by MCP is told how far it is, and not cut off.
    waiting.join()
    assert told[0].status_code == 200
    assert '"isError":false' in told[0].text, told[0].text
    assert web.popen.wait(65) == 0, web.output
    assert "Traceback" not in web.output
    assert Upload.objects.count() == 1
    kept.close()


def workers_of(web):
    """The processes that answer, of one with several."""
    found = set()
    for pid in web.children():
        with suppress(OSError):
            if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
                found.add(pid)
    return found


def test_two_web_processes_are_replaced_under_load_without_a_failed_request(site, studio):
    _, key = ApiKey.issue(studio.owner, "shutdown test")
    web = site.web("--workers", "2")
    before = until(lambda: len(workers_of(web)) == 2 and workers_of(web), what=lambda: web.output)
    answers, over = [], threading.Event()

    def knock():
        """Twenty times a second, where the machine is quick enough."""
        while not over.wait(0.05):
            try:
                answers.append(
                    call(web, "GET", "/api/models", {"Authorization": f"Bearer {key}"})[0]
                )
            except (OSError, http.client.HTTPException) as error:
                answers.append(repr(error))

    def answers_by_now():
        with suppress(OSError, http.client.HTTPException):
            return call(web, "GET", "/api/models", {"Authorization": f"Bearer {key}"})[0] == 200

    # Its parent says that it runs before its workers listen.
    until(answers_by_now, what=lambda: web.output)
    load = threading.Thread(target=knock)
    load.start()
    try:
        until(lambda: len(answers) > 10, what=lambda: web.output)
        web.popen.send_signal(signal.SIGHUP)
        until(lambda: not before & workers_of(web), seconds=200, what=lambda: web.output)
        so_far = len(answers)
        until(lambda: len(answers) > so_far + 20, what=lambda: web.output)
    finally:
        over.set()
        load.join()
    assert set(answers) == {200}
    web.popen.terminate()
    assert web.popen.wait(65) == 0, web.output


def test_told_to_quit_a_worker_hands_back_at_once_whatever_its_grace(site, studio, painter, alice):
    worker = site.worker(PIXAZO_GRACE_SECONDS="600", PIXAZO_LEASE_SECONDS="600")
    (job,) = ask(studio, painter, address="slow:0.5")
    Job.objects.filter(pk=job.pk).update(steps=40)
    until(lambda: is_drawing(job), what=lambda: worker.output)
    waiting = ask(studio, painter)
    for _ in range(2):
        worker.popen.terminate()
    worker.popen.send_signal(signal.SIGQUIT)
    assert worker.popen.wait(65) == 0, worker.output
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.QUEUED, 0), worker.output
    assert states(waiting) == [Job.State.QUEUED]
    painter.address = "steady"
    painter.save()
    finished([job, *waiting], site.worker())
    job.refresh_from_db()
    assert job.attempt == 1
    assert Account.objects.of(alice).spent == 2
    assert violations(idle=True) == []
