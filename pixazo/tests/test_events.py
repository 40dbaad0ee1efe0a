import asyncio
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.test import AsyncClient
from django.utils.timezone import now
from redis import RedisError

from pixazo import events, sse
from pixazo.events import (
    Permission,
    announce,
    bounded,
    end_listening,
    permission_of,
    stream_token,
)
from pixazo.hub import Hub, _Bell
from pixazo.ids import uuid7
from pixazo.listening import OVER, WAITING_EVENTS, Listener, Told
from pixazo.models import Event
from pixazo.tasks import forget_events

pytestmark = pytest.mark.both


class Poller:
    """A page that polls, as static/js/event-stream.js does it."""

    def __init__(self, client, *channels):
        self.client, self.token = client, stream_token(*channels)
        self.last, self.told = 0, set()

    def hear(self):
        answer = self.client.get(f"/events/since/{self.last}/", {"token": self.token}).json()
        fresh = [event for event in answer["events"] if event["id"] not in self.told]
        self.told = {event["id"] for event in answer["events"]}
        self.last = answer["last"]
        return ["hello"] if answer["reset"] else [event["subject"] for event in fresh]


def test_polling_answers_what_changed_since_and_only_on_permitted_channels(client, db):
    announce("workspace:1", "batch", "before")
    page = Poller(client, "workspace:1")
    assert page.hear() == ["hello"]
    announce("workspace:1", "job", "a/b")
    announce("workspace:2", "job", "somebody else's")
    assert page.hear() == ["a/b"]
    assert page.hear() == []


def test_polling_begins_before_there_was_any_event(client, db):
    page = Poller(client, "workspace:1")
    assert [page.hear(), page.hear()] == [["hello"], []]
    announce("workspace:1", "job", "the first")
    # PostgreSQL's numbers go on after a rollback: it may look as if something had been missed.
    assert page.hear() in (["the first"], ["hello"])
    assert page.hear() == []


def test_a_poll_tells_what_was_committed_late_under_a_lower_id(client, db):
    """As PostgreSQL does it when the transaction that began first ends last."""
    announce("workspace:1", "job", "before")
    page = Poller(client, "workspace:1")
    page.hear()
    late, soon = page.last + 1, page.last + 2
    Event.objects.create(id=soon, channel="workspace:1", kind="job", subject="soon")
    assert page.hear() == ["soon"]
    Event.objects.create(id=late, channel="workspace:1", kind="job", subject="late")
    assert [page.hear(), page.hear()] == [["late"], []]


def test_a_page_that_was_away_for_too_long_reads_anew(client, db, time_machine):
    time_machine.move_to("2026-01-01T00:00Z")
    announce("workspace:1", "job", "before")
    page = Poller(client, "workspace:1")
    page.hear()
    announce("workspace:1", "job", "missed")
    time_machine.move_to("2026-01-01T01:01Z")
    announce("workspace:1", "job", "last")
    page.token = stream_token("workspace:1")
    forget_events()
    assert [page.hear(), page.hear()] == [["hello"], []]


def test_a_page_reads_anew_instead_of_a_long_list(client, db):
    page = Poller(client, "workspace:1")
    page.hear()
    Event.objects.bulk_create(
        Event(channel="workspace:1", kind="job", subject=str(number)) for number in range(1000)
    )
    assert [page.hear(), page.hear()] == [["hello"], []]


def test_an_hour_in_which_nothing_happened_is_no_reason_to_read_anew(client, db, time_machine):
    time_machine.move_to("2026-01-01T00:00Z")
    announce("workspace:1", "job", "before")
    page = Poller(client, "workspace:1")
    page.hear()
    time_machine.move_to("2026-01-01T01:01Z")
    page.token = stream_token("workspace:1")
    forget_events()
    assert page.hear() == []


@pytest.mark.parametrize("path", ["/events/", "/events/since/0/"])
@pytest.mark.parametrize("token", ["", "forged", "WyJ3b3Jrc3BhY2U6MSJd:1:x"])
def test_a_forged_token_hears_nothing(client, db, path, token):
    assert client.get(path, {"token": token}).status_code == 403


def test_an_old_token_hears_nothing(client, db, time_machine):
    time_machine.move_to("2026-01-01T00:00Z")
    token = stream_token("workspace:1")
    time_machine.move_to("2026-01-01T00:44Z")
    assert client.get("/events/since/0/", {"token": token}).status_code == 200
    time_machine.move_to("2026-01-01T00:46Z")
    assert client.get("/events/since/0/", {"token": token}).status_code == 403


@pytest.mark.parametrize("path", ["/events/", "/events/since/0/"])
@pytest.mark.django_db(transaction=True)
def test_whoever_may_listen_no_longer_hears_nothing_more_with_what_was_permitted(
    client, time_machine, path
):
    time_machine.move_to("2026-01-01T00:00Z")
    token = stream_token("workspace:1", "user:1")
    others = stream_token("workspace:1", "user:2")
    elsewhere = stream_token("workspace:2", "user:1")
    time_machine.move_to("2026-01-01T00:10Z")
    end_listening("user:1", "workspace:1")
    assert client.get(path, {"token": token}).status_code == 403
    for good in (others, elsewhere):
        assert client.get(path, {"token": good}).status_code == 200
    time_machine.move_to("2026-01-01T00:11Z")  # let in again
    anew = stream_token("workspace:1", "user:1")
    assert client.get(path, {"token": anew}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_open_stream_ends_for_whoever_may_listen_no_longer():
    async def listen(lines):
        await sync_to_async(end_listening)("user:1", "w:2")
        await sync_to_async(end_listening)("user:2", "w:1")
        await sync_to_async(announce)("w:1", "job", "before")
        before = await told(lines)
        await sync_to_async(end_listening)("user:1", "w:1")
        await sync_to_async(announce)("w:1", "job", "after")
        return before, await told(lines)

    assert during_a_stream(listen) == ("event: job\ndata: before\n\n", "the end")


@pytest.mark.django_db(transaction=True)
def test_an_open_stream_ends_when_its_permission_does():
    async def chunks():
        soon = Permission(["w:1"], now(), now() + timedelta(seconds=0.3))
        return [chunk async for chunk in sse._lines(soon)]

    assert asyncio.run(asyncio.wait_for(chunks(), 60))[-1] == b"retry: 200\n\n"


def test_what_is_permitted_is_bounded_while_that_is_said():
    soon = now() + timedelta(minutes=10)
    with bounded(soon, "view_as:1"):
        held = permission_of(stream_token("w:1"))
    free = permission_of(stream_token("w:1"))
    assert (held.channels, held.until) == (["w:1", "view_as:1"], soon)
    assert free.channels == ["w:1"]
    assert free.until > now() + timedelta(minutes=55)
    with bounded(now() - timedelta(seconds=1), "view_as:1"):
        assert permission_of(stream_token("w:1")) is None


def test_old_events_are_forgotten(db, time_machine):
    time_machine.move_to("2026-01-01T00:00Z")
    announce("workspace:1", "job", "old")
    time_machine.move_to("2026-01-01T01:01Z")
    announce("workspace:1", "job", "new")
    forget_events()
    forget_events()
    assert [event.subject for event in Event.objects.all()] == ["new"]


def test_an_event_of_a_change_that_was_rolled_back_is_never_told(client, db):
    page = Poller(client, "workspace:1")
    page.hear()
    with transaction.atomic():
        announce("workspace:1", "job", "undone")
        transaction.set_rollback(True)
    assert page.hear() == []


@pytest.mark.django_db(transaction=True)
def test_a_stream_greets_and_then_tells_what_other_processes_did():
    async def listen(lines):
        await sync_to_async(_announce_elsewhere)()
        return [await told(lines), await told(lines)]

    heard = during_a_stream(listen)
    assert heard == ["event: job\ndata: a/b\n\n", "event: units\ndata: me\n\n"]


@pytest.mark.django_db(transaction=True)
def test_a_page_is_greeted_only_when_no_change_after_it_can_be_missed(monkeypatch):
    begin = Hub._begin

    def slow(hub):
        time.sleep(0.5)
        begin(hub)

    monkeypatch.setattr(Hub, "_begin", slow)

    async def listen(lines):
        await sync_to_async(_announce_elsewhere)()
        return await told(lines)

    assert during_a_stream(listen) == "event: job\ndata: a/b\n\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [InterfaceError("connection lost"), ValueError("a bug")])
def test_after_whatever_failure_pages_read_anew_and_hear_on(monkeypatch, caplog, failure):
    read, fails = Hub._read, []

    def failing(hub):
        if fails:
            raise fails.pop()
        return read(hub)

    monkeypatch.setattr(Hub, "_read", failing)

    async def listen(lines):
        fails.append(failure)
        again = await told(lines)
        await sync_to_async(_announce_elsewhere)()
        return [again, await told(lines)]

    heard = during_a_stream(listen)
    assert heard == ["event: hello\ndata: \n\n", "event: job\ndata: a/b\n\n"]
    assert "The events can't be read" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_so_that_permission_is_looked_at_anew(monkeypatch):
    monkeypatch.setattr("pixazo.sse.STREAM_SECONDS", 0.2)

    async def chunks():
        response = await AsyncClient().get("/events/", {"token": stream_token("w:1")})
        return [chunk async for chunk in response.streaming_content]

    assert asyncio.run(asyncio.wait_for(chunks(), 60))[-1] == b"retry: 200\n\n"


@pytest.mark.django_db(transaction=True)
def test_a_process_ends_though_what_it_waits_with_swallows_that(monkeypatch):
    """As Redis' client was seen to do; the web process would never end."""
    begun = threading.Event()

    async def deaf(bell, seconds):
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    monkeypatch.setattr(_Bell, "wait", deaf)

    async def listen(lines):
        await asyncio.to_thread(begun.wait, 30)
        return "heard"

    assert during_a_stream(listen) == "heard"


@pytest.mark.django_db(transaction=True)
def test_a_look_that_failed_is_made_again():
    """SQLite's number says that there is something new: it counts once that was read."""
    hub = Hub()
    hub._begin()
    hub._read()
    _announce_elsewhere()
    with (
        pytest.raises(DatabaseError),
        connection.execute_wrapper(_fail_events),
    ):
        hub._read()
    assert [event.subject for event in hub._read()] == ["a/b", "not for this page", "me"]


def test_a_page_that_does_not_keep_up_reads_everything_anew():
    """What waits for it is bounded, and the last state is what it reads (F52)."""

    async def fall_behind():
        hub, queue = Hub(), Listener()
        hub.listeners["w:1"].add(queue)
        most = 0
        for number in range(3 * WAITING_EVENTS):
            hub._tell(Told("w:1", "job", str(number)))
            most = max(most, queue.qsize())
        return most, [queue.get_nowait() for _ in range(queue.qsize())]

    most, waiting = asyncio.run(fall_behind())
    assert most == WAITING_EVENTS
    assert waiting[0].kind == "hello"
    assert waiting[-1].subject == str(3 * WAITING_EVENTS - 1) or len(waiting) == 1


def test_a_page_that_heard_nothing_for_long_is_told_that_the_stream_lives(monkeypatch):
    """One timer for all of them; who has just heard something needs no more."""
    monkeypatch.setattr("pixazo.hub.HEARTBEAT_SECONDS", 15)

    async def go_round():
        hub, quiet, busy, old = Hub(), Listener(), Listener(), Listener(end=time.monotonic() - 1)
        hub.listeners["w:1"] |= {quiet, busy, old}
        quiet.heard -= 15
        hub._go_round()
        hub._go_round()
        return [[queue.get_nowait() for _ in range(queue.qsize())] for queue in (quiet, busy, old)]

    quiet, busy, old = asyncio.run(go_round())
    assert [told.line for told in quiet] == [b": still here\n\n"]
    assert (busy, old) == ([], [OVER])


def test_what_goes_wrong_with_one_page_does_not_stop_the_timer_of_all(monkeypatch):
    async def go_round():
        hub, broken = Hub(), Listener(end=time.monotonic() - 1)
        monkeypatch.setattr(broken, "tell_alone", None)
        hub.listeners["w:1"] |= {broken}
        hub.task = asyncio.create_task(asyncio.sleep(60))
        with pytest.raises(TypeError):
            hub._go_round()
        goes_on = hub.timer is not None and not hub.timer.cancelled()
        hub.task.cancel()
        return goes_on

    assert asyncio.run(go_round())


def test_what_a_thousand_pages_hear_is_put_into_bytes_once():
    async def tell():
        hub, pages = Hub(), [Listener() for _ in range(3)]
        hub.listeners["w:1"] |= set(pages)
        hub._tell(Told("w:1", "job", "a/b"))
        return [page.get_nowait().line for page in pages]

    first, *others = asyncio.run(tell())
    assert first == b"event: job\ndata: a/b\n\n"
    assert all(other is first for other in others)


def _fail_events(execute, sql, *rest):
    if "pixazo_event" in sql:
        raise DatabaseError("The disk is slow today.")
    return execute(sql, *rest)


def during_a_stream(listen):
    """What `listen` answers, which is given the stream's lines after the greeting."""

    async def stream():
        response = await AsyncClient().get("/events/", {"token": stream_token("w:1", "user:1")})
        assert response["Content-Type"] == "text/event-stream"
        lines = response.streaming_content.__aiter__()
        assert await told(lines) == "event: hello\ndata: \n\n"
        try:
            return await listen(lines)
        finally:
            await lines.aclose()

    return asyncio.run(asyncio.wait_for(stream(), 60))


async def told(lines):
    """The next event of a stream."""
    async for chunk in lines:
        text = chunk.decode() if isinstance(chunk, bytes) else chunk
        if text.startswith("event:"):
            return text
    return "the end"


def _announce_elsewhere():
    def work():
        announce("w:1", "job", "a/b")
        announce("w:2", "job", "not for this page")
        announce("user:1", "units", "me")
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_job_with_its_batch_fits_into_an_event(db):
    subject = f"{uuid7()}/{uuid7()}"
    announce("workspace:1", "job", subject)
    event = Event.objects.get()
    event.full_clean()
    assert event.subject == subject


@pytest.fixture
def waker(monkeypatch, settings):
    """Listens to what is published, in place of Redis; `free` lets it answer."""
    settings.REDIS_URL = "redis://localhost:1/0"
    monkeypatch.setattr("pixazo.events._waker", None)
    monkeypatch.setattr("pixazo.events.PAUSE_SECONDS", 0.01)
    redis = FakeRedis()
    monkeypatch.setattr("pixazo.redis.connection", lambda: redis)
    yield redis
    redis.free.set()


class FakeRedis:
    def __init__(self):
        self.heard, self.failures = threading.Semaphore(0), []
        self.count, self.free = 0, threading.Event()

    def publish(self, channel, message):
        self.count += 1
        self.heard.release()
        self.free.wait(30)
        if self.failures:
            raise self.failures.pop()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_redis_that_does_not_answer_and_many_rings_become_few(waker):
    announce("w:1", "job", "first")
    assert waker.heard.acquire(timeout=30)
    for number in range(20):
        announce("w:1", "job", number)  # would wait for half a minute each
    assert waker.count == 1
    waker.free.set()
    assert waker.heard.acquire(timeout=30)
    assert not waker.heard.acquire(timeout=0.3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [RedisError("gone"), OSError("unreachable")])
def test_after_a_ring_that_failed_the_next_one_is_heard(waker, failure):
    waker.failures.append(failure)
    waker.free.set()
    announce("w:1", "job", "lost")
    assert waker.heard.acquire(timeout=30)
    announce("w:1", "job", "heard")
    assert waker.heard.acquire(timeout=30)


def test_no_thread_ever_meets_a_waker_that_another_has_yet_to_start(waker, monkeypatch):
    seen = []
    monkeypatch.setattr(events.Waker, "start", lambda waker: seen.append(events._waker))
    events._wake()
    assert seen == [None]
    assert events._waker.rung.is_set()
