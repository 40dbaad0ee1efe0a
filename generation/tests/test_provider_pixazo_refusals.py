"""What the gateway refuses: later, not at all, or nobody knows; it costs nothing."""

import time

import pytest

from generation import traffic
from generation.models import Job, Service
from generation.providers.errors import ServiceFailed
from generation.providers.remote import asking
from generation.retry import retry
from generation.tests.engine import ask_one
from generation.tests.remote import (
    failed,
    once,
    rested,
    succeeded,
    waiting,
)
from generation.tests.stand_ins.gateway import KEY
from generation.tests.stand_ins.hostile import reset
from generation.tests.stand_ins.server import Reply, nobodys_port

pytestmark = pytest.mark.once

# --- Refusals (the vendor's table of errors) ---


def refused(status, data, **headers):
    return Reply.of(data, status, **headers) if isinstance(data, dict) else Reply(status, data)


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (400, {"error": "Invalid request parameters"}, "service_refused", "not accept"),
        (401, {"error": "Invalid or missing authentication"}, "service_key", "refused the key"),
        (402, {"error": "Insufficient Balance"}, "service_balance", "no money left"),
        (403, {"error": "Access denied for this operation"}, "service_key", "refused the key"),
        (
            403,
            {"error": "Insufficient Balance", "message": "The balance is insufficient to proceed"},
            "service_balance",
            "no money left",
        ),
        (404, {"error": "Endpoint not found"}, "model_trouble", "doesn't know this model"),
        (500, b"Error processing request", "service_failed", "failed to make"),
        (500, {"error": "An unexpected error occurred"}, "service_failed", "failed to make"),
        (302, b"", "bad_answer", "could not be used"),
        (200, {"imageUrl": ""}, "bad_answer", "could not be used"),
        (200, {}, "bad_answer", "could not be used"),
        (200, b"<html>Welcome</html>", "bad_answer", "could not be used"),
        (200, b"", "bad_answer", "could not be used"),
        (200, b'{"imageUrl": "http', "bad_answer", "could not be used"),
        (200, b"[" * 100_000, "bad_answer", "could not be used"),
        (200, b"[1]", "bad_answer", "could not be used"),
        (200, {"imageUrl": 7}, "bad_answer", "could not be used"),
        (200, {"imageUrl": "file:///etc/passwd"}, "bad_answer", "could not be used"),
        (200, {"request_id": "../../account"}, "bad_answer", "could not be used"),
        (200, {"request_id": "x" * 5000}, "bad_answer", "could not be used"),
    ],
)
def test_a_refusal_ends_the_picture_and_costs_nothing(
    studio, paid, gateway, status, body, code, words
):
    gateway.behaviour = refused(status, body)
    job = ask_one(studio, paid)
    once()
    failed(job, code)
    assert words in job.error
    assert len(gateway.orders) == 1
    assert KEY not in job.details


@pytest.mark.parametrize(
    ("status", "body", "state", "code"),
    [
        (429, {"error": "Too many requests for prompt: no nsfw please"}, "queued", ""),
        (429, {"error": "Too many requests for prompt: insufficient balance"}, "queued", ""),
        (502, {"error": "No moderation of: no nsfw please"}, "queued", ""),
        (503, {"error": "Too busy for: http 402"}, "queued", ""),
        (401, {"error": "Not allowed: nsfw"}, "failed", "service_key"),
        (500, {"error": "Failed: nsfw"}, "failed", "service_failed"),
        (404, {"error": "No such path for: nsfw"}, "failed", "model_trouble"),
        (400, {"error": "Bad request: http 402"}, "failed", "service_refused"),
        (400, {"error": "Stopped: nsfw"}, "blocked", "blocked"),
        (403, {"error": "Stopped by moderation"}, "blocked", "blocked"),
        (422, {"error": "content policy"}, "blocked", "blocked"),
    ],
)
def test_nobody_is_blamed_for_words_that_are_only_repeated(
    studio, paid, gateway, status, body, state, code
):
    gateway.behaviour = refused(status, body)
    job = ask_one(studio, paid, prompt="no nsfw please")
    once()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (state, code)


@pytest.mark.parametrize("code", ["service_key", "service_balance"])
def test_staff_see_that_the_sites_key_is_refused_until_it_works_again(
    studio, paid, service, gateway, code
):
    status = {"service_key": 401, "service_balance": 402}[code]
    gateway.behaviour = refused(status, {"error": "no"})
    ask_one(studio, paid)
    once()
    service.refresh_from_db()
    assert service.trouble
    gateway.behaviour = None
    job = ask_one(studio, paid)
    once()
    succeeded(job)
    service.refresh_from_db()
    assert service.trouble == ""


def test_without_a_key_nothing_is_sent(studio, paid, service, gateway):
    Service.objects.update(api_key="")
    job = ask_one(studio, paid)
    once()
    failed(job, "no_key")
    assert gateway.journal == []


def test_the_key_is_in_no_details_even_if_the_service_repeats_it(studio, paid, gateway):
    gateway.behaviour = refused(400, {"error": f"Bad request with {KEY}"})
    job = ask_one(studio, paid)
    once()
    failed(job, "service_refused")
    assert "Bad request with •••" in job.details
    assert KEY not in job.details


def test_the_key_is_in_no_details_of_an_answer_that_makes_no_sense(studio, paid, gateway):
    gateway.behaviour = Reply.of({"you_sent": KEY, "more": "x" * 100_000})
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")
    assert KEY not in job.details
    assert len(job.details) <= 2048


def test_a_long_refusal_is_cut(studio, paid, gateway):
    gateway.behaviour = refused(400, b"x" * 1_000_000)
    job = ask_one(studio, paid)
    once()
    assert len(failed(job, "service_refused").details) < 2200


# --- Later, or not at all ---


def test_too_many_requests_wait_as_long_as_the_service_says(studio, paid, gateway):
    gateway.behaviour = refused(429, {"error": "Rate limit exceeded"}, Retry_After="7")
    job = ask_one(studio, paid)
    once()
    assert 5 < waiting(job) <= 7 * 1.25
    assert not once()


@pytest.mark.parametrize("told", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_nobody_makes_us_wait_for_longer_than_a_minute(studio, paid, gateway, told):
    gateway.behaviour = refused(429, b"") if not told else Reply(429, b"", {"Retry-After": told})
    job = ask_one(studio, paid)
    once()
    assert 50 < waiting(job) <= 60 * 1.25


@pytest.mark.parametrize("told", [None, "soon", "-5", "nan", ""])
def test_without_a_time_it_waits_ever_longer(studio, paid, gateway, told):
    gateway.behaviour = Reply(429, b"", {} if told is None else {"Retry-After": told})
    job = ask_one(studio, paid)
    rests = []
    for _ in range(4):
        once()
        rests.append(waiting(job))
        rested()
    assert rests == sorted(rests)
    assert rests[0] < 3
    assert rests[-1] > 12


def test_too_many_requests_are_no_reason_to_give_up(studio, paid, gateway):
    gateway.behaviour = refused(429, {"error": "Rate limit exceeded"})
    job = ask_one(studio, paid)
    for _ in range(6):
        once()
        waiting(job)
        rested()
    gateway.behaviour = None
    once()
    succeeded(job)


@pytest.mark.parametrize("how", [502, 503, 504, "reset", "refused", "unknown"])
def test_a_service_that_is_down_is_tried_three_times(studio, paid, service, gateway, settings, how):
    if how == "refused":
        port = nobodys_port()
        settings.TRUSTED_HOSTS = [f"127.0.0.1:{port}"]
        Service.objects.update(base_url=f"http://127.0.0.1:{port}")
    elif how == "unknown":
        Service.objects.update(base_url="http://nobody.invalid")
    else:
        gateway.behaviour = reset if how == "reset" else Reply(how, b"bad gateway")
    job = ask_one(studio, paid)
    for _ in range(2):
        once()
        waiting(job)
        rested()
    once()
    failed(job, "service_down")
    assert not once()


@pytest.mark.parametrize("body", [b"Error processing request", {"error": "unexpected"}])
def test_a_service_that_breaks_over_an_order_is_not_asked_a_second_time(
    studio, paid, gateway, alice, body
):
    """F32. A 500 may come after the picture was made and charged: the vendor says not to repeat it
    blindly. Its person may."""
    gateway.behaviour = refused(500, body)
    job = ask_one(studio, paid)
    once()
    failed(job, "service_failed")
    assert not once()
    assert len(gateway.orders) == 1
    gateway.behaviour = None
    retry(job, alice)
    once()
    succeeded(job)
    assert len(gateway.orders) == 2


def test_after_a_failure_a_person_may_ask_again(studio, paid, gateway, alice):
    gateway.behaviour = Reply(503, b"")
    job = ask_one(studio, paid)
    for _ in range(3):
        once()
        rested()
    failed(job, "service_down")
    retry(job, alice)
    once()
    waiting(job)
    rested()
    gateway.behaviour = None
    once()
    succeeded(job)


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(studio, paid, service, gateway):
    gateway.behaviour = Reply(500, b"")
    # Of one batch, so that no other limit holds them back.
    jobs = [ask_one(studio, paid) for _ in range(7)]
    for _ in range(5):
        assert once()
    service.refresh_from_db()
    assert service.closed_until is not None
    assert service.trouble
    assert not once()
    assert len(gateway.orders) == 5
    gateway.behaviour = None
    Service.objects.update(closed_until="2020-01-01T00:00Z")
    assert once()
    service.refresh_from_db()
    assert (service.closed_until, service.trouble) == (None, "")
    once()
    assert (
        sum(each.state == "succeeded" for each in Job.objects.filter(pk__in=[j.pk for j in jobs]))
        == 2
    )


def test_faults_that_come_at_once_are_all_counted(service, monkeypatch):
    """Each worker has read before any of them writes."""
    error = ServiceFailed("The service failed.")
    cache_there = traffic.cache
    monkeypatch.setattr(traffic, "cache", Forgetful(cache_there))
    for number in range(traffic.MOST_FAULTS):
        service.refresh_from_db()
        assert service.closed_until is None, number
        traffic.note_failure(service, error, with_own_key=False)
    service.refresh_from_db()
    assert service.closed_until is not None


class Forgetful:
    """A cache as it looks to those who all read before anybody writes."""

    def __init__(self, cache):
        self.cache = cache

    def get(self, name, default=None):
        return default

    def get_many(self, names):
        return {}

    def __getattr__(self, name):
        return getattr(self.cache, name)


def test_too_many_requests_close_it_as_well(studio, paid, service, gateway):
    gateway.behaviour = Reply(429, b"")
    for _ in range(5):
        ask_one(studio, paid)
        assert once()
    ask_one(studio, paid)
    assert not once()
    assert len(gateway.orders) == 5


def test_after_its_rest_one_more_fault_closes_it_again(studio, paid, service, gateway):
    gateway.behaviour = Reply(500, b"")
    Service.objects.update(closed_until="2020-01-01T00:00Z")
    ask_one(studio, paid)
    once()
    ask_one(studio, paid)
    assert not once()


def test_a_persons_mistake_closes_nothing(studio, paid, service, gateway):
    gateway.behaviour = refused(400, {"error": "Invalid request parameters"})
    for _ in range(6):
        ask_one(studio, paid)
        assert once()
    service.refresh_from_db()
    assert service.closed_until is None


# --- It may have been made, and charged ---


def hang(asked, connection):
    connection.settimeout(20)
    connection.recv(1)  # until whoever asked has had enough


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(asking.ask, "__kwdefaults__", asking.ask.__kwdefaults__ | {"seconds": 1.0})


def test_an_order_of_unknown_fate_is_not_repeated(studio, paid, gateway, impatient):
    gateway.behaviour = hang
    job = ask_one(studio, paid)
    once()
    failed(job, "outcome_unknown")
    assert "not known" in job.error
    assert len(gateway.orders) == 1


def drip(asked, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def test_a_drip_is_cut_off_in_time(studio, paid, gateway, impatient):
    gateway.behaviour = drip
    job = ask_one(studio, paid)
    once()
    failed(job, "outcome_unknown")


def test_what_costs_nothing_is_ordered_again(studio, sdxl, gateway, impatient):
    gateway.behaviour = hang
    job = ask_one(studio, sdxl)
    once()
    waiting(job)
    rested()
    gateway.behaviour = None
    once()
    succeeded(job)


def test_a_worker_that_died_in_the_middle_of_an_order_means_no_second_one(
    studio, paid, gateway, monkeypatch
):
    job = ask_one(studio, paid)
    with monkeypatch.context() as patch:
        patch.setattr("pixazo.outgoing.call", die)
        with pytest.raises(SystemExit):
            once()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    assert Job.objects.get().lose(Job.objects.lost(), 3)
    once()
    failed(job, "outcome_unknown")
    assert gateway.orders == []


def die(*args, **kwargs):
    raise SystemExit
