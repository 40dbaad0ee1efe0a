"""The tools of the Model Context Protocol, by the SDK's own client, in both eras (S140)."""

import asyncio
import base64
import io
import threading
from contextlib import ExitStack, suppress
from itertools import pairwise
from uuid import uuid4

import pytest
from mcp.shared.exceptions import MCPError
from PIL import Image as Pillow

from accounts.models import ApiKey
from billing.models import Account
from chat.mcp import caller, tools, waiting
from chat.tests.mcp_site import ERAS, Server, Worker, asked, call, key_of, kinds, text
from generation.models import Batch, Image, Job
from generation.tests.engine import ask, draw_all
from pixazo.tests.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

NOT_FOUND = "There is nothing here, or it isn't yours."


@pytest.fixture(scope="module")
def url():
    with Server() as server:
        yield server.url


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def key(alice, studio, painter):
    return key_of(alice)


def refused(result):
    assert result.is_error
    assert kinds(result) == ["text"]
    return text(result)


def asked_for(url, key, uri):
    return asked(url, key, lambda it: it.read_resource(uri))


def drawn(studio, painter, **fields):
    batch = ask(studio, painter, **fields)
    draw_all()
    return Image.objects.get(job__batch=batch)


@pytest.mark.parametrize("era", ERAS)
def test_it_makes_pictures_and_shows_them(url, key, era):
    with Worker():
        result = call(url, key, "pix_generate", {"prompt": "a red house", "count": 2}, era)
    assert not result.is_error, text(result)
    batch = Batch.objects.get()
    assert (batch.door, batch.prompt, batch.count) == ("mcp", "a red house", 2)
    assert kinds(result) == ["text", "image", "image", "resource_link", "resource_link"]
    for part in result.content[1:3]:
        Pillow.open(io.BytesIO(base64.b64decode(part.data))).verify()
    pks = list(Image.objects.order_by("job__index").values_list("pk", flat=True))
    assert [part.uri for part in result.content[3:]] == [f"pixazo://image/{pk}" for pk in pks]
    assert f"/w/studio/?batch={batch.pk}" in text(result)
    assert [job["status"] for job in result.structured_content["jobs"]] == ["COMPLETED"] * 2


@pytest.mark.parametrize("era", ERAS)
def test_it_tells_how_far_it_is_and_never_goes_back(url, key, era, painter):
    painter.address = "slow:0.2"
    painter.save()
    told = []
    with ExitStack() as stack:

        async def hear(progress, total, message):
            if not told:  # nothing is drawn before
                stack.enter_context(Worker())
            told.append((progress, total, message))

        sent = {"prompt": "a fox", "num_steps": 8}
        result = call(url, key, "pix_generate", sent, era, progress_callback=hear)
    assert "image" in kinds(result)
    numbers = [progress for progress, _, _ in told]
    assert numbers[0] < 100
    assert all(one < two for one, two in pairwise(numbers))
    assert {total for _, total, _ in told} == {100}
    assert numbers[-1] == 100


def test_what_takes_longer_is_found_again(url, key):
    sent = {"prompt": "a fox", "wait_seconds": 0}
    begun = call(url, key, "pix_generate", sent)
    assert kinds(begun) == ["text"]
    batch = Batch.objects.get()
    assert f"batch_id {batch.pk}" in text(begun)
    assert not begun.structured_content["is_finished"]
    draw_all()
    done = call(url, key, "get_generation", {"batch_id": str(batch.pk)})
    assert kinds(done) == ["text", "image", "resource_link"]
    job = str(batch.jobs.get().pk)
    assert text(call(url, key, "get_generation", {"job_id": job})) == text(done)


@pytest.mark.parametrize("era", ERAS)
def test_who_stops_waiting_loses_no_picture(url, key, era):
    async def give_up(connected):
        calling = asyncio.create_task(connected.call_tool("pix_generate", {"prompt": "a fox"}))
        await asyncio.to_thread(until, lambda: waiting.waiting)
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling

    asked(url, key, give_up, era)
    until(lambda: not waiting.waiting)
    draw_all()
    assert Job.objects.get().state == Job.State.SUCCEEDED


def test_what_is_told_never_goes_back_though_a_picture_begins_anew():
    percents, told = iter([0, 5, 5, 40, 0, 30, 55, 100]), []

    async def look():
        return waiting.State(next(percents), "", uuid4())

    async def hear(progress, total, message):
        told.append(progress)

    async def run():
        asking = waiting.wait(look, hear, uuid4(), "a channel", 60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(waiting, "LOOK_SECONDS", 0.01)
            await asking

    asyncio.run(run())
    assert told == [0, 5, 40, 55, 100]


def test_cancel_ends_what_is_not_finished_and_costs_nothing(url, key, alice, bob, studio, painter):
    batch = ask(studio, painter, count=2)
    held = Account.objects.of(alice).left
    sent = {"batch_id": str(batch.pk)}
    assert refused(call(url, key_of(bob), "cancel_generation", sent)).startswith("Somebody else")
    for _again in range(2):
        result = call(url, key, "cancel_generation", sent)
        assert {job["state"] for job in result.structured_content["jobs"]} == {"cancelled"}
    assert Account.objects.of(alice).left == held + 2


def test_what_is_not_theirs_is_not_there(url, key, charlie, studio, painter):
    image = drawn(studio, painter)
    theirs = key_of(charlie)
    for tool, sent in (
        ("get_image", {"image_id": f"image:{image.pk}"}),
        ("get_generation", {"batch_id": str(image.job.batch_id)}),
        ("get_generation", {"job_id": str(image.job_id)}),
        ("cancel_generation", {"job_id": str(image.job_id)}),
        ("list_images", {"workspace": "studio"}),
        ("list_styles", {"workspace": "studio"}),
    ):
        assert refused(call(url, theirs, tool, sent)) == NOT_FOUND
        assert not call(url, key, tool, sent).is_error
    sources = [f"image:{pk}" for pk in (image.pk, studio.pk)]  # a picture, and none at all
    said = {
        refused(call(url, theirs, "upscale_image", {"source": each, "scale": 2}))
        for each in sources
    }
    assert len(said) == 1
    assert not call(url, theirs, "list_images").structured_content["images"]
    uri = f"pixazo://image/{image.pk}"
    assert asked_for(url, theirs, uri).message == NOT_FOUND
    assert asked_for(url, key, uri).contents[0].blob


def test_a_key_may_what_its_scopes_say(url, alice, studio, painter):
    reading = key_of(alice, "read")

    def names(key):
        return {tool.name for tool in asked(url, key, lambda it: it.list_tools()).tools}

    making = {"pix_generate", "edit_image", "upscale_image", "cancel_generation", "improve_prompt"}
    assert not names(reading) & making
    assert names(key_of(alice)) == set(tools.TOOLS)
    said = refused(call(url, reading, "pix_generate", {"prompt": "a fox"}))
    assert "lacks the scope “generate”" in said
    assert not Batch.objects.exists()


def test_who_has_no_units_left_is_told_so(url, key, alice, studio, painter):
    capped = key_of(alice, daily_cap=1)
    sent = {"prompt": "a fox", "count": 2, "wait_seconds": 0}
    assert "may use 1 units a day" in refused(call(url, capped, "pix_generate", sent))
    for count in (4, 4, 2):
        ask(studio, painter, count=count)
    result = call(url, key, "pix_generate", sent)
    assert "no units left today" in refused(result)
    assert result.structured_content["error"]["code"]
    assert result.structured_content["retry_after"] > 0
    assert "0 units left" in text(call(url, key, "get_balance"))


def test_a_key_that_is_revoked_ends_in_the_middle(url, key):
    async def go_on(connected):
        await connected.list_tools()
        await asyncio.to_thread(lambda: ApiKey.objects.get().revoke())
        return await connected.call_tool("hallo_pixazo", {})

    assert isinstance(asked(url, key, go_on), MCPError)


def test_the_same_key_and_words_make_it_once(url, key):
    sent = {"prompt": "a fox", "idempotency_key": "k1", "wait_seconds": 0}
    first, again = (call(url, key, "pix_generate", sent) for _ in range(2))
    assert first.structured_content["batch_id"] == again.structured_content["batch_id"]
    other = call(url, key, "pix_generate", {**sent, "prompt": "an owl"})
    assert "used for a different request" in refused(other)
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("keys", [["a"], ["a", "another", "a third"]])
def test_one_person_leaves_room_for_others(monkeypatch, keys):
    monkeypatch.setattr(caller, "caller_of", lambda key: key)
    gate = threading.Event()
    whose = {"person": "alice"} if len(keys) > 1 else {}

    async def run():
        waits = [
            caller.asked(key, "en", lambda who: gate.wait(60), **whose)
            for _ in range(8)
            for key in keys
        ]
        held = [asyncio.create_task(each) for each in waits]
        try:
            other = caller.asked("b", "en", lambda who: who)
            assert await asyncio.wait_for(other, 30) == "b"
        finally:
            gate.set()
        assert all(await asyncio.gather(*held))

    asyncio.run(run())


def test_a_tool_that_breaks_says_nothing_of_how(url, key, monkeypatch, caplog):
    def broken():
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr("chat.mcp.tools.account.reset_at", broken)
    said = refused(call(url, key, "get_balance"))
    assert said == "Something broke on our side. It has been noted."
    assert "the secret of the house" in caplog.text


def test_refusals_are_said_in_the_language_that_is_asked_for(url, key):
    german = {"Accept-Language": "de-DE,en;q=0.5"}
    do = {"image_id": "7"}
    said = asked(url, key, lambda it: it.call_tool("get_image", do), **german)
    assert "ist eine ID" in refused(said)


def test_closing_the_site_cuts_off_who_waits_and_loses_nothing(key):
    ended = []

    def wait(url):
        try:
            ended.append(call(url, key, "pix_generate", {"prompt": "a fox"}))
        except BaseException as error:
            ended.append(error)

    with Server() as server:
        thread = threading.Thread(target=wait, args=[server.url], daemon=True)
        thread.start()
        until(lambda: waiting.waiting)
    thread.join(60)
    assert isinstance(ended[0], BaseException)
    draw_all()
    assert Job.objects.get().state == Job.State.SUCCEEDED
