"""What people are told of, and how: once, signed, quiet where it was seen, ended by a link."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import Delivery, Notice, Preference, Webhook
from accounts.models.webhook import MOST_FAILURES, MOST_TIME
from accounts.telling import unsubscribing, webhooks
from accounts.telling.delivering import deliver
from accounts.telling.kinds import KINDS, defaults
from accounts.telling.reaching import WAIT_SECONDS, reach, wanted
from accounts.tests.letters import sent
from pixazo.outgoing import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE = "/account/notifications/"


def tell(user, kind="comment", text="bob says of your pictures: “look”"):
    return Notice.objects.tell(user, text, "/there/", sender=None, subject=uuid4(), kind=kind)


def choose(user, **keys):
    Preference.objects.remember(user, {key.replace("_", ":"): on for key, on in keys.items()})


class TestChoices:
    def test_the_page_has_a_switch_for_each_and_none_that_is_dead(self, as_alice, alice):
        page = as_alice.get(PAGE).content.decode()
        for key in defaults():
            channel, kind = key.split(":")
            is_there = channel not in {"webhook", "telegram"} and kind != "work"
            assert (f'name="{key}"' in page) == is_there, key
        assert 'name="telegram:' not in page
        Webhook.set_to(alice, "https://example.org/")
        assert 'name="webhook:drawn"' in as_alice.get(PAGE).content.decode()

    def test_staff_have_those_of_staff(self, dora):
        client = Client()
        client.force_login(dora)
        assert 'name="mail:work"' in client.get(PAGE).content.decode()

    def test_what_nobody_chose_is_the_default(self, alice):
        assert wanted(alice, "going") == ["mail"]
        assert wanted(alice, "mention") == []
        choose(alice, mail_going=False, mail_mention=True)
        assert wanted(alice, "going") == []
        assert wanted(alice, "mention") == ["mail"]

    def test_every_kind_fits_its_column(self):
        assert all(len(kind.name) <= 20 for kind in KINDS)
        assert all(len(key) <= 40 for key in defaults())


class TestLetters:
    def test_nobody_gets_what_they_did_not_choose(self, alice):
        tell(alice)
        assert not Delivery.objects.exists()

    def test_it_waits_until_it_could_have_been_seen(self, alice):
        choose(alice, mail_comment=True)
        tell(alice)
        row = Delivery.objects.get()
        assert (row.due - row.created).total_seconds() == pytest.approx(WAIT_SECONDS, abs=5)
        assert deliver(row.pk)
        assert Delivery.objects.get().state == "waiting"

    def test_what_was_seen_is_not_sent(self, as_alice, alice):
        choose(alice, mail_comment=True)
        first, second = tell(alice), tell(alice, text="And another")
        body = {"seen": [str(first.pk)]}
        as_alice.patch("/account/notices/", body, content_type="application/json")
        (letter,) = sent()
        assert letter.subject == "And another"
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.seen is None, second.seen is None) == (False, True)

    def test_only_ones_own_are_seen(self, as_bob, alice):
        notice = tell(alice)
        body = {"seen": [str(notice.pk)]}
        as_bob.patch("/account/notices/", body, content_type="application/json")
        notice.refresh_from_db()
        assert notice.seen is None

    def test_it_says_what_the_bell_says_by_then(self, alice):
        choose(alice, mail_comment=True)
        notice = tell(alice)
        Notice.objects.filter(pk=notice.pk).update(text="bob says of your pictures: “oh”")
        (letter,) = sent()
        assert letter.subject == "bob says of your pictures: “oh”"

    def test_it_bears_a_way_out(self, alice):
        choose(alice, mail_comment=True)
        tell(alice)
        (letter,) = sent()
        heads = letter.extra_headers
        assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert heads["List-Unsubscribe"].strip("<>") in letter.body
        assert heads["Auto-Submitted"] == "auto-generated"

    def test_staffs_answers_come_by_mail_until_they_are_unwanted(self, alice, dora):
        from accounts.desk import writing

        ticket = writing.ask(user=alice, subject="x", text="y", category="other")
        sent()
        choose(alice, mail_ticket=False)
        writing.answer(ticket, dora, "Done.")
        assert not sent()
        assert Notice.objects.filter(user=alice).count() == 1

    def test_one_that_waited_is_not_sent_to_who_wants_it_no_more(self, alice, dora):
        from accounts.desk import writing

        ticket = writing.ask(user=alice, subject="x", text="y", category="other")
        writing.answer(ticket, dora, "Done.")
        choose(alice, mail_ticket=False)
        assert [letter.to for letter in sent()] == [["dora@example.org"]]

    def test_who_is_staff_no_more_does_not_read_what_people_ask(self, alice, dora):
        from accounts.desk import writing

        writing.ask(user=alice, subject="x", text="y", category="other")
        dora.is_superuser = False
        dora.save()
        assert not sent()
        assert Delivery.objects.get().state == "skipped"


class TestUnsubscribing:
    def path(self, user, kind="comment"):
        return "/account/unsubscribe/" + unsubscribing.address(user, kind).rpartition("be/")[2]

    def test_looking_ends_nothing_and_pressing_does_without_signing_in(self, alice):
        choose(alice, mail_comment=True, mail_mention=True)
        nobody = Client(enforce_csrf_checks=True)
        path = self.path(alice)
        assert nobody.get(path).status_code == 200
        assert wanted(alice, "comment") == ["mail"]
        answer = nobody.post(
            path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
        assert wanted(alice, "comment") == []
        assert wanted(alice, "mention") == ["mail"]

    def test_a_letter_that_waits_is_not_sent_then(self, alice):
        choose(alice, mail_comment=True)
        tell(alice)
        Client().post(self.path(alice))
        assert not sent()

    def test_a_forged_one_is_none(self, alice):
        path = self.path(alice)
        assert Client().post(f"{path[:-2]}x/").status_code == 404
        assert Client().get("/account/unsubscribe/x/").status_code == 404
        assert Client().get(self.path(alice, "drawn")).status_code == 404


class Receiver(BaseHTTPRequestHandler):
    calls: list = []
    status = 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append((dict(self.headers), body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(settings):
    Receiver.calls, Receiver.status = [], 204
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        settings.WEBHOOK_HOSTS = [host]
        Receiver.url = f"http://{host}/called"
        yield Receiver
        server.shutdown()


@pytest.fixture
def hook(alice, receiver):
    return Webhook.set_to(alice, receiver.url)


class TestWebhook:
    def call(self, user, key="1"):
        reach(user, "drawn", "Your pictures are done: “a fox”", "/w/studio/", key)
        row = Delivery.objects.get(key=f"webhook:{key}")
        deliver(row.pk)
        row.refresh_from_db()
        return row

    def test_it_is_called_once_and_signed(self, hook, alice, receiver):
        choose(alice, webhook_drawn=True)
        assert self.call(alice).state == "done"
        self.call(alice)
        ((heads, body),) = receiver.calls
        told = json.loads(body)
        assert told["kind"] == "drawn"
        assert told["link"] == "http://localhost:8000/w/studio/"
        moment, digest = (part.split("=")[1] for part in heads["Pixazo-Signature"].split(","))
        text = f"{moment}.".encode() + body
        assert digest == hmac.new(hook.secret.encode(), text, hashlib.sha256).hexdigest()
        assert heads["Pixazo-Delivery"] == told["id"]

    def test_without_the_choice_it_is_not(self, hook, alice, receiver):
        reach(alice, "drawn", "x", "/", "1")
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("status", [500, 404, 302])
    def test_what_fails_is_tried_again_later(self, hook, alice, receiver, status):
        choose(alice, webhook_drawn=True)
        receiver.status = status
        row = self.call(alice)
        assert (row.state, row.attempts) == ("waiting", 1)
        assert row.due > row.taken
        assert row.said == f"It answered with {status}."
        assert len(receiver.calls) == 1
        receiver.status = 200
        Delivery.objects.filter(pk=row.pk).update(due=row.created)
        deliver(row.pk)
        row.refresh_from_db()
        assert row.state == "done"
        hook.refresh_from_db()
        assert hook.failures == 0

    def test_what_is_taken_back_is_called_out_no_more(self, hook, alice, receiver):
        choose(alice, webhook_comment=True)
        Notice.objects.forget([tell(alice).subject])
        row = Delivery.objects.get()
        assert (row.state, row.payload) == ("skipped", {})
        deliver(row.pk)
        assert not receiver.calls

    def test_who_is_gone_is_not_asked_again(self, hook, alice, receiver):
        choose(alice, webhook_drawn=True)
        receiver.status = 410
        assert self.call(alice).state == "failed"

    def test_it_is_switched_off_when_it_fails_and_fails_and_that_is_told_once(
        self, hook, alice, receiver
    ):
        choose(alice, webhook_drawn=True)
        receiver.status = 500
        for number in range(MOST_FAILURES + 2):
            self.call(alice, str(number))
        # However many within an hour: they may be at work on it.
        hook.refresh_from_db()
        assert hook.is_active
        Webhook.objects.update(failing_since=now() - MOST_TIME)
        for number in range(3):
            self.call(alice, f"later {number}")
        assert len(receiver.calls) == MOST_FAILURES + 3
        hook.refresh_from_db()
        assert not hook.is_active
        notice = Notice.objects.get()
        assert (notice.kind, notice.text) == ("webhook", webhooks.OFF)
        assert [letter.subject for letter in sent()] == [webhooks.OFF]

    def test_one_call_that_is_received_forgives_all_before(self, hook, alice, receiver):
        choose(alice, webhook_drawn=True)
        receiver.status = 500
        self.call(alice, "1")
        hook.refresh_from_db()
        assert (hook.failures, bool(hook.failing_since)) == (1, True)
        receiver.status = 200
        self.call(alice, "2")
        hook.refresh_from_db()
        assert (hook.failures, hook.failing_since) == (0, None)

    def test_addresses_inside_are_refused_also_those_that_staff_trust(
        self, alice, as_alice, settings, receiver
    ):
        host = receiver.url.partition("//")[2].partition("/")[0]
        settings.TRUSTED_HOSTS, settings.WEBHOOK_HOSTS = [host], []
        for url in (
            receiver.url,
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "ftp://x",
        ):
            answer = as_alice.post(f"{PAGE}webhook/", {"url": url})
            assert answer.status_code == 400, url
        hook = Webhook.set_to(alice, receiver.url)  # one that was fine when it was written
        choose(alice, webhook_drawn=True)
        assert self.call(alice).state == "waiting"
        assert not receiver.calls
        with pytest.raises(Refused):
            webhooks.outgoing.post(
                hook.url, b"", headers={}, limit_bytes=9, seconds=1, inside=settings.WEBHOOK_HOSTS
            )

    def test_the_page_keeps_tries_and_removes_it(self, as_alice, alice, receiver):
        as_alice.post(f"{PAGE}webhook/", {"url": receiver.url})
        secret = alice.webhook.secret
        assert secret in as_alice.get(PAGE).content.decode()
        page = as_alice.post(f"{PAGE}webhook/test/", follow=True).content.decode()
        assert "It was called, and received it." in page
        assert json.loads(receiver.calls[0][1])["kind"] == "test"
        receiver.status = 500
        page = as_alice.post(f"{PAGE}webhook/test/", follow=True).content.decode()
        assert "It answered with 500." in page
        assert not Delivery.objects.filter(state="waiting").exists()
        as_alice.post(f"{PAGE}webhook/secret/")
        assert Webhook.of(alice).secret != secret
        as_alice.post(f"{PAGE}webhook/delete/")
        assert Webhook.of(alice) is None
        assert as_alice.post(f"{PAGE}webhook/test/").status_code == 404

    def test_what_is_kept_of_it_is_encrypted(self, hook):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT url, secret FROM accounts_webhook")
            ((url, secret),) = cursor.fetchall()
        assert hook.url not in url
        assert hook.secret not in secret
