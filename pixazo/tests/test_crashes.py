"""What is killed here: workers, their children, the web process, Redis. What may not happen: a lost
job, a second picture, a second charge (docs/faults.md says which test is about which fault)."""

import contextlib
import http.client
import json
import os
import signal
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now

from accounts.models import ApiKey
from billing.models import Account, Hold, LedgerEntry, Plan
from generation.invariants import violations
from generation.models import Batch, Image, ImageModel, Job, Transition, Worker
from generation.storage import UPLOADS, stored_keys
from generation.submit import submit
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.tests.desk import free_port
from pixazo.tests.processes import until

pytestmark = [
    pytest.mark.crash,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.both,
]


@pytest.fixture(autouse=True)
def _no_cap(alice):
    account = Account.objects.of(alice)
    account.plan = Plan.objects.unlimited()
    account.save()


@pytest.fixture
def steady_painter(painter):
    return ImageModel.objects.create(
        slug="steady",
        name="Steady",
        provider="fake",
        address="steady",
        contract_data=painter.contract_data,
    )


def ask(workspace, model, count=1, address=None):
    if address:
        model.address = address
        model.save()
    batch = Batch(
        workspace=workspace,
        topic=workspace.default_topic,
        author=workspace.owner,
        model=model,
        prompt="a lighthouse that outlives everything",
        count=count,
    )
    return list(submit(batch).jobs.order_by("index"))


def states(jobs):
    return list(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("state", flat=True))


def all_are(jobs, state):
    return all(each == state for each in states(jobs))


def is_drawing(job):
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, step__gt=0).exists()


def finished(jobs, worker, state=Job.State.SUCCEEDED):
    until(lambda: all_are(jobs, state), what=lambda: f"{states(jobs)}\n{worker.output}")


def test_a_worker_killed_while_drawing_loses_nothing(site, studio, painter):
    first = site.worker()
    (job,) = ask(studio, painter, address="slow")
    until(lambda: is_drawing(job), what=lambda: first.output)
    first.kill()
    finished([job], site.worker())
    job.refresh_from_db()
    assert job.attempt == 2
    assert Image.objects.filter(job=job).count() == 1
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    assert violations(idle=True) == []


def test_a_killed_child_of_the_pool_is_replaced_and_its_job_done_again(site, studio, painter):
    worker = site.worker()
    (job,) = ask(studio, painter, address="slow")
    until(lambda: is_drawing(job), what=lambda: worker.output)
    for child in worker.children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    finished([job], worker)
    job.refresh_from_db()
    assert job.attempt == 2
    assert violations(idle=True) == []


def test_a_killed_childs_job_does_not_wait_for_its_lease(site, studio, painter):
    """Its successor sees that the process is gone (F2)."""
    worker = site.worker(PIXAZO_LEASE_SECONDS="600")
    (job,) = ask(studio, painter, address="slow:0.2")
    until(lambda: is_drawing(job), what=lambda: worker.output)
    (child,) = worker.children()
    os.kill(child, signal.SIGKILL)
    finished([job], worker)
    job.refresh_from_db()
    assert job.attempt == 2
    assert violations(idle=True) == []


def test_a_job_that_kills_its_worker_fails_after_three_attempts_and_its_neighbours_are_drawn(
    site, studio, painter, steady_painter
):
    """They wait at the same time, and it is the oldest: each loss puts it behind them."""
    (poison,) = ask(studio, painter, address="poison")
    neighbours = ask(studio, steady_painter, count=4)
    worker = site.worker()
    finished(neighbours, worker)
    finished([poison], worker, Job.State.FAILED)
    poison.refresh_from_db()
    assert poison.attempt == 3
    assert poison.error
    # The one that is being stored while the process dies is drawn once more.
    attempts = Job.objects.exclude(pk=poison.pk).values_list("attempt", flat=True)
    assert set(attempts) <= {1, 2}
    second = Transition.objects.get(job=poison, state=Job.State.PREPARING, attempt=2)
    first_neighbour = Transition.objects.filter(job=neighbours[0], state=Job.State.PREPARING)
    assert first_neighbour.get().pk < second.pk
    assert LedgerEntry.objects.filter(kind="capture").count() == len(neighbours)
    assert violations(idle=True) == []


def test_a_worker_that_is_told_to_stop_hands_its_job_back_uncounted(site, studio, painter):
    first = site.worker()
    (job,) = ask(studio, painter, address="slow")
    until(lambda: is_drawing(job), what=lambda: first.output)
    first.terminate()
    job.refresh_from_db()
    assert job.state in (Job.State.QUEUED, Job.State.SUCCEEDED)
    finished([job], site.worker())
    job.refresh_from_db()
    assert job.attempt == 1
    assert violations(idle=True) == []


def test_told_to_stop_three_times_it_still_ends_in_good_order(site, studio, painter):
    """And finishes what it can finish in its grace (F5)."""
    worker = site.worker(PIXAZO_GRACE_SECONDS="30")
    (job,) = ask(studio, painter, address="slow:0.3")
    until(lambda: is_drawing(job), what=lambda: worker.output)
    waiting = ask(studio, painter)
    for _ in range(3):
        worker.popen.terminate()
    assert worker.popen.wait(60) == 0, worker.output
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 1), worker.output
    assert states(waiting) == [Job.State.QUEUED]
    assert violations() == []


def test_a_worker_whose_child_was_killed_ends_when_it_is_told_to(site, studio, painter):
    """The child took the lock of the pool's queue along."""
    worker = site.worker()
    finished(ask(studio, painter), worker)
    pid = worker.popen.pid
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    finished(ask(studio, painter), worker)  # by another child
    worker.popen.terminate()
    assert worker.popen.wait(60) == 0, worker.output


def test_a_frozen_worker_that_wakes_up_late_changes_nothing(site, studio, painter):
    sleeper = site.worker()
    (job,) = ask(studio, painter, address="slow")
    until(lambda: is_drawing(job), what=lambda: sleeper.output)
    sleeper.signal(signal.SIGSTOP)
    finished([job], site.worker())
    kept = set(stored_keys())
    woken = now()
    sleeper.signal(signal.SIGCONT)
    # It reports itself again, and that it draws no more.
    asleep = Transition.objects.get(job=job, state=Job.State.PREPARING, attempt=1).worker
    itself = Worker.objects.filter(name=asleep, seen__gt=woken, busy=False)
    until(itself.exists, what=lambda: sleeper.output)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)
    assert Transition.objects.filter(job=job, state=Job.State.SUCCEEDED).count() == 1
    assert set(stored_keys()) == kept
    assert default_storage.exists(job.image.original)
    assert violations(idle=True) == []


def test_a_web_process_killed_between_commit_and_doorbell_has_kept_the_job(site, studio, painter):
    _, key = ApiKey.issue(studio.owner, "crash test")
    web = site.web(PIXAZO_FAULT="submit.committed:kill")
    with pytest.raises((http.client.HTTPException, OSError)):
        post(web, key, painter, "once")
    (job,) = Job.objects.all()
    assert job.state == Job.State.QUEUED
    finished([job], site.worker())
    # The client does not know and asks again: the same answer, no second charge.
    again = post(site.web(), key, painter, "once")
    assert again["job_id"] == str(job.pk)
    assert Job.objects.count() == 1
    assert violations(idle=True) == []


def test_a_web_process_killed_before_its_commit_has_kept_nothing(site, studio, painter, alice):
    """F21. The client, who heard nothing, asks again and gets one picture."""
    _, key = ApiKey.issue(studio.owner, "crash test")
    web = site.web(PIXAZO_FAULT="submit.written:kill")
    with pytest.raises((http.client.HTTPException, OSError)):
        post(web, key, painter, "once")
    for kind in (Batch, Job, Transition, Hold, LedgerEntry):
        assert not kind.objects.exists(), kind
    assert Account.objects.of(alice).held == 0
    (job,) = Job.objects.filter(pk=post(site.web(), key, painter, "once")["job_id"])
    finished([job], site.worker())
    assert Account.objects.of(alice).spent == 1
    assert violations(idle=True) == []


def test_a_slow_disk_holds_up_who_uploads_and_nobody_else(site, studio):
    """F40. The upload's file takes seconds, and others are answered meanwhile."""
    _, key = ApiKey.issue(studio.owner, "crash test")
    web = site.web(PIXAZO_FAULT="upload.file:sleep")
    answers = []
    slow = threading.Thread(target=lambda: answers.append(upload(web, key)))
    slow.start()
    until(lambda: list(stored_keys(UPLOADS)), what=lambda: web.output)
    status, _ = call(web, "GET", "/api/models", {"Authorization": f"Bearer {key}"})
    assert (status, answers) == (200, [])
    slow.join()
    assert [status for status, _ in answers] == [201], answers
    assert len(list(stored_keys(UPLOADS))) == 2


@pytest.mark.services
def test_a_worker_hears_again_however_often_redis_went_and_came(site, studio, painter):
    """F14. It is the same worker to the end; were it deaf, it would still look by itself."""
    port = free_port()
    redis = site.redis(port)
    url = f"redis://127.0.0.1:{port}/0"
    web, worker = site.web(REDIS_URL=url), site.worker(REDIS_URL=url)
    (child,) = worker.children()
    _, key = ApiKey.issue(studio.owner, "crash test")
    for turn in range(4):
        redis.kill()
        away = post(web, key, painter, f"away {turn}")
        redis = site.redis(port)
        back = post(web, key, painter, f"back {turn}")
        jobs = Job.objects.filter(pk__in=[away["job_id"], back["job_id"]])
        finished(list(jobs), worker)
    assert worker.children() == [child]
    assert LedgerEntry.objects.filter(kind="capture").count() == 8
    assert violations(idle=True) == []


@pytest.mark.services
def test_jobs_that_wait_outlive_a_redis_that_dies_and_forgets(site, studio, painter):
    port = free_port()
    redis = site.redis(port)
    worker = site.worker(REDIS_URL=f"redis://127.0.0.1:{port}/0")
    jobs = [job for _ in range(10) for job in ask(studio, painter, count=4)]
    until(lambda: Job.State.SUCCEEDED in states(jobs), what=lambda: worker.output)
    redis.kill()
    until(lambda: states(jobs).count(Job.State.SUCCEEDED) > 10, what=lambda: worker.output)
    site.redis(port)
    finished(jobs, worker)
    assert LedgerEntry.objects.filter(kind="capture").count() == len(jobs)
    assert violations(idle=True) == []


@pytest.mark.services
def test_a_redis_that_is_full_read_only_or_stuck_stops_nobody(site, studio, painter):
    """F13. A message is only a doorbell."""
    from redis import Redis

    port = free_port()
    site.redis(port)
    url = f"redis://127.0.0.1:{port}/0"
    web, worker = site.web(REDIS_URL=url), site.worker(REDIS_URL=url)
    _, key = ApiKey.issue(studio.owner, "crash test")
    redis = Redis(port=port)

    def fill():
        redis.config_set("maxmemory", "1mb")
        redis.config_set("maxmemory-policy", "noeviction")

    faults = {
        "full": (fill, lambda: redis.config_set("maxmemory", "0")),
        "read-only": (
            lambda: redis.replicaof("127.0.0.1", "1"),
            lambda: redis.replicaof("NO", "ONE"),
        ),
        "stuck": (lambda: redis.client_pause(5000), lambda: redis.client_unpause()),
    }
    for name, (begin, end) in faults.items():
        begin()
        answer = post(web, key, painter, name)
        finished([Job.objects.get(pk=answer["job_id"])], worker)
        end()
    assert violations(idle=True) == []


@pytest.mark.services
def test_with_redis_gone_requests_are_still_accepted_and_drawn(site, studio, painter):
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    _, key = ApiKey.issue(studio.owner, "crash test")
    answer = post(site.web(REDIS_URL=nobody), key, painter, "alone")
    job = Job.objects.get(pk=answer["job_id"])
    finished([job], site.worker())
    assert violations(idle=True) == []


def upload(web, key):
    """Status and body of a picture's upload."""
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="photo.png"\r\n\r\n'
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    body = form + as_bytes(picture()) + b"\r\n--x--\r\n"
    return call(web, "POST", "/api/uploads", headers, body)


def call(web, method, path, headers, body=None):
    connection = http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()


def post(web, key, model, idempotency_key):
    address = web.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=30)
    with contextlib.closing(connection):
        return answered(connection, key, model, idempotency_key)


def answered(connection, key, model, idempotency_key):
    connection.request(
        "POST",
        "/api/generate",
        json.dumps({"prompt": "a lighthouse", "model": model.slug, "workspace": "studio"}),
        {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key,
        },
    )
    response = connection.getresponse()
    body = response.read()
    assert response.status in (200, 202), body
    return json.loads(body)
