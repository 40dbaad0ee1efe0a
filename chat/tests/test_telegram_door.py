"""How the bot is reached and what happens when Telegram says no: polling, webhook, waiting,
blocking; the token stays where it is."""

import asyncio
import json
import logging
from datetime import timedelta
from threading import BoundedSemaphore
from uuid import UUID

import httpx2
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now

from accounts import departing
from accounts.belongings import kinds
from accounts.models import Delivery, Notice, Preference
from accounts.telling.delivering import deliver
from chat.models import TelegramCode, TelegramLink, TelegramUpdate, TelegramWatch
from chat.telegram import calling, errors, polling, saying, tasks, watching, working
from chat.telegram.calling import ask, secret
from chat.telegram.checks import bot_can_be_reached
from chat.telegram.settling import settle as settle_up
from chat.tests.bot_api import TOKEN
from chat.tests.telegram import settle
from generation.done import tell
from generation.models import Batch, Image, Job
from generation.tests.engine import claim, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo import outgoing, programs
from pixazo.management.commands.up import the_whole_site

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE, HOOK = "/account/telegram/", "/telegram/webhook/"
PK = UUID(int=7)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


class TestTrouble:
    def test_it_waits_as_long_as_telegram_says(self, telegram, ann, studio, painter):
        telegram.fail("sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30)
        ann.write("/help")
        settle()
        row = TelegramUpdate.objects.latest("number")
        assert row.state == "waiting"
        assert timedelta(seconds=20) < row.due - now() <= timedelta(seconds=30)
        ann.write("/save a blue house")
        settle()  # nothing overtakes it
        assert len(ann.texts) == 1
        TelegramUpdate.objects.update(due=now())
        settle()
        assert "/image" in ann.texts[1]
        assert "is saved" in ann.texts[2]

    def test_what_shows_something_waits_too(self, telegram, ann, studio, painter):
        telegram.fail("sendPhoto", 429, "Too Many Requests", retry_after=40)
        ann.write("/image a red house")
        settle()
        draw_all()
        settle()
        watch = TelegramWatch.objects.get()
        assert watch.ended is None
        assert watch.due > now() + timedelta(seconds=30)
        assert not ann.photos
        settle()
        assert len(ann.photos) == 1

    def test_at_its_own_pace_it_is_never_told_to_wait(self, telegram, ann, monkeypatch):
        slept = []
        monkeypatch.setattr(saying, "SECONDS_BETWEEN", 1.0)
        monkeypatch.setattr(saying.time, "sleep", slept.append)
        saying.say(ann.id, "one")
        saying.say(ann.id, "two")
        assert slept
        assert all(0 < seconds <= 1 for seconds in slept)

    def test_who_blocks_it_is_left_alone(self, telegram, ann, alice, studio, painter):
        ann.write("/image a red house")
        settle()
        telegram.blocked.add(ann.id)
        draw_all()
        settle()
        assert Image.objects.count() == 1  # it is made all the same
        assert TelegramLink.objects.of(alice).is_muted
        assert TelegramWatch.objects.get().ended
        calls = len(telegram.journal)
        Preference.objects.remember(alice, {"telegram:comment": True})
        row = told(alice)
        assert deliver(row.pk)
        assert Delivery.objects.get(pk=row.pk).state == "skipped"
        assert len(telegram.journal) == calls
        telegram.blocked.clear()
        ann.write("/help")
        settle()
        assert not TelegramLink.objects.of(alice).is_muted

    def test_blocking_and_letting_in_again_is_told(self, telegram, ann, alice):
        ann.block()
        settle()
        assert TelegramLink.objects.of(alice).is_muted
        ann.block(blocks=False)
        settle()
        assert not TelegramLink.objects.of(alice).is_muted

    def test_a_message_that_was_deleted_is_sent_anew(self, telegram, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        telegram.chats[ann.id].remove(ann.messages[-1])
        draw_all()
        settle()
        assert "Done" in ann.messages[1]["text"]
        assert len(ann.photos) == 1

    def test_two_who_ask_are_told_to_the_log(self, telegram, caplog):
        telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        slept = _polled()
        assert "Somebody else asks" in caplog.text
        assert slept == [15.0]

    def test_the_net_may_break(self, telegram, ann, settings, caplog):
        url, settings.TELEGRAM_API = settings.TELEGRAM_API, "http://127.0.0.1:9"
        assert _polled(3) == [1.0, 2.0, 5.0]
        settings.TELEGRAM_API = url
        ann.write("/help")
        settle()
        assert "/image" in ann.texts[-1]

    def test_who_waited_in_vain_spares_the_others(self, telegram, ann, monkeypatch):
        asked = []

        def too_slow(*args, **more):
            asked.append(args)
            raise outgoing.TooSlow(was_sent=True)

        monkeypatch.setattr(calling, "silence", calling.Silence())
        monkeypatch.setattr(outgoing, "call", too_slow)
        for _time in range(2):
            with pytest.raises(errors.Away):
                saying.say(ann.id, "hello")
        assert len(asked) == 1
        calling.silence.until = 0.0
        with pytest.raises(errors.Away):
            saying.say(ann.id, "hello")
        assert len(asked) == 2

    def test_what_breaks_here_is_shown_later(self, telegram, ann, studio, painter, monkeypatch):
        ann.write("/image a red house")
        settle()
        draw_all()
        with monkeypatch.context() as patch:
            patch.setattr(watching.shown, "send", _broken)
            settle()
        watch = TelegramWatch.objects.get()
        assert (watch.ended, watch.taken) == (None, None)
        assert watch.due > now() + timedelta(minutes=4)
        settle()
        assert len(ann.photos) == 1

    def test_what_telegram_takes_for_no_photo_comes_as_a_file(self, telegram, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        telegram.fail("sendPhoto", 400, "Bad Request: IMAGE_PROCESS_FAILED")
        draw_all()
        settle()
        assert not ann.photos
        assert [name for name, _sent in telegram.journal].count("sendDocument") == 1
        assert TelegramWatch.objects.get().ended

    def test_many_that_wait_are_looked_at_less_often(
        self, telegram, ann, studio, painter, monkeypatch
    ):
        rung = []
        ring = lambda pk, seconds=0.0: rung.append(seconds)  # noqa: E731
        monkeypatch.setattr("chat.telegram.tasks.ring_to_look", ring)
        for number in range(4):
            ann.write(f"/image {number} red houses")
        settle(2)
        assert rung[-4:] == [12.0] * 4
        (job,) = claim()
        job.start_drawing()
        settle()
        assert sorted(rung[-4:]) == [3.0, 12.0, 12.0, 12.0]

    def test_what_can_not_be_shown_for_a_day_is_left(self, telegram, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        TelegramWatch.objects.update(created=now() - timedelta(days=2))
        telegram.fail("editMessageText", 500, "Bad Gateway")
        draw_all()
        settle()
        assert TelegramWatch.objects.get().ended

    def test_who_was_shut_out_is_shown_nothing(self, telegram, ann, alice, studio, painter):
        ann.write("/image a red house")
        settle()
        alice.is_active = False
        alice.save()
        draw_all()
        settle()
        assert not ann.photos
        assert TelegramWatch.objects.get().ended

    def test_the_database_may_be_away(self, telegram, monkeypatch, caplog):
        def away(told):
            raise OperationalError("it went away")

        telegram.person(42, "ann").write("hello")
        with monkeypatch.context() as patch:
            patch.setattr(polling, "take_in", away)
            assert _polled(2) == [1.0, 2.0]
        assert "could not be kept" in caplog.text
        assert _polled() == []
        assert TelegramUpdate.objects.count() == 1  # told again, as it was not confirmed

    def test_the_token_is_written_down_nowhere(self, telegram, ann, settings, caplog):
        caplog.set_level(logging.DEBUG)
        ann.write("/help")
        settle()
        settings.TELEGRAM_TOKEN = "999999:a_token_that_is_wrong_and_must_not_be_seen"
        with pytest.raises(errors.WrongToken) as caught:
            ask(lambda bot: bot.get_me())
        _polled()
        settings.TELEGRAM_API = "http://127.0.0.1:9"
        _polled()
        for token in (TOKEN, settings.TELEGRAM_TOKEN):
            assert token not in caplog.text
            assert token not in str(caught.value)

    def test_one_at_a_time_of_each_person(self, ann):
        TelegramUpdate.objects.keep(7001, 42, {})
        TelegramUpdate.objects.keep(7002, 42, {})
        TelegramUpdate.objects.keep(7003, 43, {})
        first = TelegramUpdate.objects.claim(42)
        assert first.number == 7001
        assert TelegramUpdate.objects.claim(42) is None
        assert TelegramUpdate.objects.claim(43).number == 7003
        first.end()
        assert TelegramUpdate.objects.claim(42).number == 7002

    def test_who_writes_much_lets_others_go_first(self, ann, monkeypatch):
        rung = []
        monkeypatch.setattr(working, "TURN_SECONDS", 0.0)
        monkeypatch.setattr("chat.telegram.tasks.ring_for", rung.append)
        for number in (901, 902):
            TelegramUpdate.objects.keep(number, ann.id, {"update_id": number})
        working.work_for(ann.id)
        states = TelegramUpdate.objects.filter(number__gte=901).values_list("state", flat=True)
        assert list(states) == ["done", "waiting"]
        assert rung == [ann.id]

    def test_who_looks_for_long_is_not_taken_for_dead(self, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        pk = TelegramWatch.objects.get().pk
        TelegramWatch.objects.update(due=now())
        watch = TelegramWatch.objects.claim(pk)
        long_ago = now() - timedelta(minutes=3)
        TelegramWatch.objects.update(taken=long_ago)
        watch.taken = long_ago
        assert watch.note(sent=["1"])
        assert TelegramWatch.objects.claim(pk) is None
        assert watch.note(sent=["1", "2"])
        assert watch.end()

    def test_who_died_of_it_is_followed_by_another(self, ann):
        TelegramUpdate.objects.keep(7001, 42, {})
        first = TelegramUpdate.objects.claim(42)
        TelegramUpdate.objects.filter(pk=first.pk).update(taken=now() - timedelta(minutes=6))
        again = TelegramUpdate.objects.claim(42)
        assert (again.number, again.attempts) == (7001, 2)
        assert not first.end()

    def test_who_is_at_it_for_long_and_still_heard_keeps_it(self, ann):
        TelegramUpdate.objects.keep(7001, 42, {})
        first = TelegramUpdate.objects.claim(42)
        long_ago = now() - timedelta(minutes=4)
        TelegramUpdate.objects.filter(pk=first.pk).update(taken=long_ago)
        first.taken = long_ago
        with calling.heard(first.renew):
            saying.say(ann.id, "still here")
        assert TelegramUpdate.objects.get(pk=first.pk).taken > now() - timedelta(minutes=1)
        assert first.end()

    def test_what_was_taken_from_one_is_not_renewed(self):
        TelegramUpdate.objects.keep(7001, 42, {})
        first = TelegramUpdate.objects.claim(42)
        long_ago = now() - timedelta(minutes=6)
        TelegramUpdate.objects.filter(pk=first.pk).update(taken=long_ago)
        first.taken = long_ago
        assert TelegramUpdate.objects.claim(42)
        assert not first.renew()

    def test_what_nobody_can_read_ends(self, telegram, ann):
        TelegramUpdate.objects.keep(7001, ann.id, {"update_id": 7001, "message": {"chat": 1}})
        settle()
        assert TelegramUpdate.objects.get(number=7001).state == "done"


class TestWebhook:
    @pytest.fixture
    def hooked(self, telegram, settings):
        settings.TELEGRAM_WEBHOOK = True

    def send(self, body, token=None, kind="application/json"):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret() if token is None else token}
        client = Client(enforce_csrf_checks=True)
        return client.post(HOOK, body, content_type=kind, headers=headers)

    def update(self, person, text, number=9001):
        message = person.server.message(person.chat, person.user, text=text)
        return {"update_id": number, "message": message}

    def test_an_update_is_taken_and_answered_at_once(self, hooked, telegram, alice, settings):
        ann = telegram.person(42, "ann")
        told = self.update(ann, f"/start {TelegramCode.objects.issue(alice)}")
        for _time in range(3):
            assert self.send(json.dumps(told)).status_code == 200
        assert TelegramUpdate.objects.count() == 1
        assert not telegram.calls("sendMessage")  # nobody waits for the work
        settings.TELEGRAM_WEBHOOK = False
        settle()
        assert len(ann.texts) == 1
        assert TelegramLink.objects.get().user == alice

    @pytest.mark.parametrize("token", ["", "wrong", TOKEN])
    def test_without_the_secret_nothing_is_taken(self, hooked, telegram, token):
        told = self.update(telegram.person(42, "ann"), "/start")
        assert self.send(json.dumps(told), token).status_code == 403
        assert not TelegramUpdate.objects.exists()

    @pytest.mark.parametrize("body", ["", "no json", "[]", "7", "[" * 100_000, "x" * 1_100_000])
    def test_nonsense_is_refused(self, hooked, body):
        assert self.send(body).status_code == 400

    @pytest.mark.parametrize(
        "told", [{}, {"update_id": "7"}, {"update_id": 7}, {"update_id": 7, "message": []}]
    )
    def test_what_is_nothing_for_us_is_done_with(self, hooked, told):
        assert self.send(json.dumps(told)).status_code == 200
        assert not TelegramUpdate.objects.exists()

    def test_signs_that_no_database_keeps(self, hooked, telegram):
        told = self.update(telegram.person(42, "ann"), "nul \x00 and half \ud83d a sign")
        assert self.send(json.dumps(told)).status_code == 200
        assert TelegramUpdate.objects.get().payload["message"]["text"] == "nul  and half  a sign"

    def test_where_the_site_asks_itself_there_is_none(self, telegram):
        assert self.send("{}").status_code == 404

    def test_it_is_set_with_its_secret(self, hooked, telegram, settings):
        settings.SITE_URL = "https://pictures.example.org"
        assert "https://pictures.example.org/telegram/webhook/" in settle_up()
        assert telegram.webhook["secret_token"] == secret()
        assert json.loads(telegram.webhook["allowed_updates"]) == [
            "message",
            "callback_query",
            "my_chat_member",
        ]
        telegram.webhook = {"url": "x", **telegram.webhook}
        with pytest.raises(errors.Conflict):
            polling._once(None)
        settings.TELEGRAM_WEBHOOK = False
        settle_up()
        assert not telegram.webhook
        commands = {each["command"] for each in telegram.commands[""]}
        assert {"image", "enhance", "save", "prompts", "export", "new", "model", "help"} < commands
        assert telegram.commands["de"][0]["description"] == "Malen, was danach steht"

    def test_a_push_of_the_stand_in_arrives(self, hooked, telegram, alice, live_server):
        ann = telegram.person(42, "ann")
        telegram.webhook = {"url": live_server.url + HOOK, "secret_token": secret()}
        telegram.duplicates = True
        ann.write("/start")
        assert telegram.pushed == [200, 200]
        assert TelegramUpdate.objects.count() == 1
        assert telegram.push({"update_id": 5}, secret="wrong") == 403


class TestChannel:
    def test_it_is_offered_to_who_is_linked(self, telegram, as_alice, as_bob, ann):
        page = "/account/notifications/"
        assert 'name="telegram:comment"' in as_alice.get(page).content.decode()
        assert 'name="telegram:' not in as_bob.get(page).content.decode()

    def test_what_was_chosen_is_said_once(self, ann, alice):
        Preference.objects.remember(alice, {"telegram:comment": True})
        row = told(alice)
        assert deliver(row.pk)
        assert Delivery.objects.get(pk=row.pk).state == "done"
        assert ann.texts[-1] == "bob says: “look”\nhttp://localhost:8000/there/"
        assert deliver(row.pk)
        assert len(ann.texts) == 2

    def test_what_was_seen_is_not(self, ann, alice):
        Preference.objects.remember(alice, {"telegram:comment": True})
        row = told(alice)
        Notice.objects.filter(user=alice).look()
        assert deliver(row.pk)
        assert len(ann.texts) == 1

    def test_telegram_may_ask_to_wait(self, telegram, ann, alice):
        Preference.objects.remember(alice, {"telegram:comment": True})
        row = told(alice)
        telegram.fail("sendMessage", 429, "Too Many Requests", retry_after=5)
        assert deliver(row.pk)
        assert Delivery.objects.get(pk=row.pk).state == "waiting"

    def test_what_the_chat_shows_is_not_told_as_well(self, ann, alice, studio, painter):
        Preference.objects.remember(alice, {"telegram:drawn": True})
        ann.write("/image a red house")
        settle()
        draw_all()
        settle()
        tell(Batch.objects.get().pk)
        row = Delivery.objects.get(channel="telegram")
        assert deliver(row.pk)
        assert Delivery.objects.get(pk=row.pk).state == "skipped"

    def test_nobody_hears_of_what_they_did_not_choose(self, ann, alice):
        told(alice, is_chosen=False)
        assert not Delivery.objects.filter(channel="telegram").exists()


class TestPlaces:
    def test_of_a_workers_threads_it_leaves_some_to_others(self, settings, monkeypatch):
        monkeypatch.setattr(tasks, "_places", BoundedSemaphore(1))
        rung = []
        monkeypatch.setattr(tasks, "_ring", lambda task, argument, seconds: rung.append(argument))

        def busy(sender):
            tasks.work(7)
            tasks.look(str(PK))

        monkeypatch.setattr("chat.telegram.working.work_for", busy)
        tasks.work(5)
        assert rung == [7, str(PK)]
        tasks.work(5)  # the place is free again
        assert len(rung) == 4
        settings.TELEGRAM_TOKEN = TOKEN
        assert "4" in programs.chores({}).argv


class TestPage:
    def test_it_shows_a_code_and_the_link(self, telegram, as_alice, alice):
        page = as_alice.post(f"{PAGE}code/").content.decode()
        assert "https://t.me/pixazo_test_bot?start=" in page
        # Any notice has the page look again: it keeps its code until somebody has used it.
        assert f'url="{PAGE}?waiting"' in page
        assert as_alice.get(f"{PAGE}?waiting").status_code == 204
        code = page.partition("?start=")[2].partition('"')[0]
        assert code not in str(list(TelegramCode.objects.values()))
        ann = telegram.person(42, "ann")
        ann.write(f"/start {code}")
        settle()
        assert "Linked with @ann" in as_alice.get(f"{PAGE}?waiting").content.decode()
        page = as_alice.get(PAGE).content.decode()
        assert "Linked with @ann" in page
        as_alice.post(f"{PAGE}unlink/")
        assert "Not linked" in as_alice.get(PAGE).content.decode()

    def test_it_chooses(self, ann, as_alice, alice, studio, painter, charlie):
        from workspaces.models import Workspace

        other = Workspace.found(charlie, "Theirs")
        chosen = {"workspace": studio.pk, "image_model": "painter"}
        assert as_alice.post(f"{PAGE}choose/", chosen).status_code == 302
        link = TelegramLink.objects.of(alice)
        assert (link.workspace, link.image_model) == (studio, "painter")
        assert as_alice.post(f"{PAGE}choose/", {"workspace": other.pk}).status_code == 400
        assert as_alice.post(f"{PAGE}choose/", {"image_model": "none"}).status_code == 400
        assert TelegramLink.objects.of(alice).workspace == studio

    def test_telegram_may_be_away(self, telegram, as_alice, settings):
        settings.TELEGRAM_API = "http://127.0.0.1:9"
        page = as_alice.post(f"{PAGE}code/").content.decode()
        assert "/start " in page
        assert "t.me" not in page

    def test_without_a_bot_no_page_names_it(self, as_alice):
        assert "no Telegram bot" in as_alice.get(PAGE).content.decode()
        assert as_alice.post(f"{PAGE}code/").status_code == 404
        assert f'href="{PAGE}"' not in as_alice.get("/account/").content.decode()

    def test_it_asks_the_database_little(self, ann, as_alice, django_assert_max_num_queries):
        as_alice.get(PAGE)
        with django_assert_max_num_queries(25):
            as_alice.get(PAGE)


class TestProcess:
    def test_it_runs_where_there_is_a_token_and_nobody_calls(self, settings):
        def names():
            return [program.name for program in the_whole_site()]

        assert "telegram" not in names()
        settings.TELEGRAM_TOKEN = TOKEN
        assert "telegram" in names()
        assert TOKEN not in str(programs.telegram())
        settings.TELEGRAM_WEBHOOK = True
        assert "telegram" not in names()

    def test_without_a_token_it_is_a_sentence(self):
        with pytest.raises(CommandError, match="PIXAZO_TELEGRAM_TOKEN"):
            call_command("telegram")

    def test_settings_are_checked(self, settings):
        assert bot_can_be_reached(None) == []
        settings.TELEGRAM_TOKEN, settings.TELEGRAM_API = "nonsense", "ftp://example.org"
        settings.TELEGRAM_WEBHOOK, settings.SITE_URL = True, "http://localhost:8000"
        ids = [problem.id for problem in bot_can_be_reached(None)]
        assert ids == ["pixazo.E030", "pixazo.E031", "pixazo.E032"]
        settings.TELEGRAM_TOKEN, settings.TELEGRAM_API = TOKEN, "https://api.telegram.org"
        settings.SITE_URL = "https://pictures.example.org"
        assert bot_can_be_reached(None) == []


class TestOwnData:
    def test_it_goes_with_its_person(self, ann, alice):
        ann.write("/save a blue house")
        settle()
        rows = [row for kind in kinds() if kind.name == "telegram" for row in kind.rows(alice)]
        assert (rows[0]["telegram_id"], rows[0]["name"]) == (4200, "@alice_tg")
        TelegramCode.objects.issue(alice)
        departing.depart(alice)
        assert not TelegramLink.objects.exists()
        assert not TelegramUpdate.objects.exists()
        ann.write("/help")
        settle()
        assert "/account/telegram/" in ann.texts[-1]


class TestAnyDoor:
    def test_begun_in_telegram_seen_and_cancelled_on_the_site(
        self, ann, alice, as_bob, as_alice, studio, painter
    ):
        """D10: one job, any door."""
        ann.write("/image a red house by the sea")
        settle()
        batch = Batch.objects.get()
        page = as_bob.get(f"/w/{studio.slug}/").content.decode()
        assert "a red house by the sea" in page
        answer = as_alice.post(f"/api/jobs/{Job.objects.get().pk}/cancel")
        assert answer.status_code == 200
        settle()
        assert "Cancelled" in ann.texts[-1]
        assert f"/w/{studio.slug}/?batch={batch.pk}" in ann.texts[-1]
        assert TelegramWatch.objects.get().ended

    def test_a_signal_makes_the_message_due(self, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        TelegramWatch.objects.update(due=now() + timedelta(minutes=1))
        watching.on_job_ended(Batch.objects.get().pk)
        assert TelegramWatch.objects.due().count() == 1


class TestStandIn:
    """By a client that we did not write: python-telegram-bot with its own HTTP."""

    def test_python_telegram_bot_works_against_it(self, telegram):
        import telegram as library
        from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

        person = telegram.person(42, "ann")
        person.write("hello")

        async def all_of_it():
            base = {"base_url": f"{telegram.url}/bot", "base_file_url": f"{telegram.url}/file/bot"}
            async with library.Bot(TOKEN, **base) as bot:
                assert bot.username == "pixazo_test_bot"
                (update,) = await bot.get_updates(timeout=1)
                assert update.message.text == "hello"
                assert await bot.get_updates(update.update_id + 1, timeout=0) == ()
                key = library.InlineKeyboardButton("Again", callback_data="again:1")
                markup = library.InlineKeyboardMarkup([[key]])
                sent = await bot.send_message(42, "one", reply_markup=markup)
                edited = await bot.edit_message_text("two", 42, sent.message_id)
                assert edited.text == "two"
                with pytest.raises(BadRequest, match="not modified"):
                    await bot.edit_message_text("two", 42, sent.message_id)
                shown = await bot.send_photo(42, as_bytes(picture()), caption="seed 7")
                file = await bot.get_file(shown.photo[-1].file_id)
                assert bytes(await file.download_as_bytearray()) == as_bytes(picture())
                media = [library.InputMediaPhoto(as_bytes(picture())) for _each in range(2)]
                assert len(await bot.send_media_group(42, media)) == 2
                sent = await bot.send_document(42, b"{}", filename="chat.json")
                assert sent.document.file_name == "chat.json"
                assert await bot.send_chat_action(42, "typing")
                long = library.InlineKeyboardButton("x", callback_data="x" * 65)
                with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
                    await bot.send_message(
                        42, "one", reply_markup=library.InlineKeyboardMarkup([[long]])
                    )
                telegram.blocked.add(42)
                with pytest.raises(Forbidden):
                    await bot.send_message(42, "one")
                telegram.fail("sendMessage", 429, "Too Many Requests", retry_after=3)
                with pytest.raises(RetryAfter):
                    await bot.send_message(42, "one")
                await bot.set_webhook("https://example.org/", secret_token="abc")
                assert (await bot.get_webhook_info()).url == "https://example.org/"
                with pytest.raises(Conflict):
                    await bot.get_updates(timeout=0)
            with pytest.raises(InvalidToken):
                await library.Bot("1:wrong", **base).get_me()

        asyncio.run(all_of_it())

    def test_the_other_way_of_files_json_and_pieces(self, telegram):
        """As aiogram sends them; and JSON; and a body whose length is not said."""
        telegram.person(42, "ann").write("hello")
        base = f"{telegram.url}/bot{TOKEN}"
        files = {"abc": ("a.png", as_bytes(picture()), "image/png")}
        form = {"chat_id": "42", "photo": "attach://abc"}
        sent = httpx2.post(f"{base}/sendPhoto", data=form, files=files).json()
        assert len(sent["result"]["photo"]) == 2
        sent = httpx2.post(f"{base}/sendMessage", json={"chat_id": 42, "text": "hi"}).json()
        assert sent["result"]["text"] == "hi"
        pieces = iter([b'{"chat_id": 42,', b' "text": "in pieces"}'])
        kind = {"Content-Type": "application/json"}
        sent = httpx2.post(f"{base}/sendMessage", content=pieces, headers=kind).json()
        assert sent["result"]["text"] == "in pieces"
        known = httpx2.get(f"{base}/getMe").json()
        assert known["result"]["is_bot"]
        assert httpx2.get(f"{telegram.url}/botnonsense/getMe").status_code == 404

    def test_its_side_door(self, telegram, ann):
        admin = f"{telegram.url}/__admin"
        httpx2.post(f"{admin}/blocked", json={"chats": [ann.id]})
        with pytest.raises(errors.Blocked):
            saying.say(ann.id, "hello")
        httpx2.post(f"{admin}/blocked", json={"chats": []})
        httpx2.post(f"{admin}/fail", json={"method": "sendMessage", "code": 500})
        with pytest.raises(errors.Away):
            saying.say(ann.id, "hello")
        httpx2.post(f"{admin}/set", json={"strict": True})
        telegram.clock = lambda: 1e9  # however long it takes here
        saying.say(ann.id, "one")
        with pytest.raises(errors.Wait):
            saying.say(ann.id, "two")
        journal = httpx2.get(f"{admin}/journal").json()["journal"]
        assert ["sendMessage", {"chat_id": str(ann.id), "text": "two"}] in journal


def told(user, is_chosen=True):
    text = "bob says: “look”"
    Notice.objects.tell(user, text, "/there/", sender=None, subject=user.pk, kind="comment")
    return Delivery.objects.get(channel="telegram") if is_chosen else None


def _broken(*args):
    raise OSError("the storage is away")


def _polled(times=1):
    """So many questions to Telegram, and how long it waited after each."""
    slept, left = [], iter(range(times))
    polling.poll(slept.append, is_wanted=lambda: next(left, None) is not None)
    return slept
