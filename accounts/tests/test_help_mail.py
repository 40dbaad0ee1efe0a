"""Letters of the help desk, both ways: who may answer, what is read of it, and what is dropped."""

import io
import sys
import threading
from datetime import timedelta
from email.errors import HeaderParseError
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from accounts.desk import incoming, mail_text, mailbox, writing
from accounts.desk.incoming import MOST_BYTES, receive
from accounts.models import ReceivedMail, Ticket, TicketFile
from accounts.telling.delivering import deliver_due
from accounts.tests.letters import ADDRESS, answer_to, sent, to_whom
from accounts.tests.test_help import ask, png

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _address(settings):
    settings.HELP_ADDRESS = ADDRESS


@pytest.fixture
def answered(alice, dora):
    """A ticket of Alice's, and the letter in which Dora answered."""
    ticket = ask(alice)
    sent()
    writing.answer(ticket, dora, "Which model was it?", "waiting")
    [letter] = sent()
    ticket.refresh_from_db()
    return ticket, letter


class TestOut:
    def test_it_may_be_answered_and_cannot_be_guessed(self, answered):
        ticket, letter = answered
        row = ticket.correspondents.get(is_staff=False)
        assert to_whom(letter) == f"help+{row.token}@pixazo.example"
        assert len(row.token) == 24
        assert row.token in letter.extra_headers["Message-ID"]
        assert row.token in letter.extra_headers["References"]
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
        assert letter.body.startswith("=-=-=")
        assert "Which model was it?" in letter.body

    def test_everybody_has_a_secret_of_their_own(self, answered, bob):
        ticket, _letter = answered
        other = ask(bob)
        tokens = {row.token for each in (ticket, other) for row in each.correspondents.all()}
        sent()
        assert len(tokens) == 3  # Alice, and staff about each of the two

    def test_without_an_address_it_is_answered_on_the_page(self, alice, dora, settings):
        settings.HELP_ADDRESS = ""
        ticket = ask(alice)
        sent()
        writing.answer(ticket, dora, "Done.")
        [letter] = sent()
        assert "Reply-To" not in letter.extra_headers
        assert f"/help/{ticket.number}/" in letter.body
        assert "Answer this letter" not in letter.body

    def test_a_subject_breaks_no_header(self, alice, dora):
        ask(alice, subject="Grey\r\nBcc: all@example.org")
        [letter] = sent()
        assert letter.subject.endswith("Grey Bcc: all@example.org")
        assert letter.message()["Bcc"] is None

    def test_it_is_written_in_their_language(self, alice, dora):
        from accounts.models import Preference

        Preference.objects.remember(alice, {"language": "de"})
        ticket = ask(alice)
        sent()
        writing.answer(ticket, dora, "Fertig.")
        [letter] = sent()
        assert "Deine Anfrage" in letter.body


class TestIn:
    def test_an_answer_stands_in_the_thread_and_is_staffs_turn(self, answered, as_alice):
        ticket, letter = answered
        quoted = "\n".join(f"> {line}" for line in letter.body.splitlines())
        text = f"The painter.\n\nThanks\n\nOn 29 Nov 2026, Pixazo <x@y.z> wrote:\n{quoted}\n"
        assert receive(answer_to(letter, text).as_bytes()) == "taken"
        ticket.refresh_from_db()
        message = ticket.messages.last()
        assert (message.text, message.is_by_mail, message.kind) == (
            "The painter.\n\nThanks",
            True,
            "asked",
        )
        assert ticket.state == "open"
        page = as_alice.get(f"/help/{ticket.number}/").content.decode()
        assert "by mail" in page

    def test_staff_answer_by_mail_as_well(self, alice, dora):
        ticket = ask(alice)
        [to_staff] = sent()
        assert receive(answer_to(to_staff, "Look now.").as_bytes()) == "taken"
        ticket.refresh_from_db()
        assert (ticket.state, ticket.owner) == ("answered", dora)
        [to_alice] = sent()
        assert (to_alice.to, "Look now." in to_alice.body) == (["alice@example.org"], True)

    def test_the_same_letter_is_read_once(self, answered):
        ticket, letter = answered
        raw = answer_to(letter, "The painter.").as_bytes()
        assert [receive(raw), receive(raw)] == ["taken", None]
        assert ticket.messages.count() == 3

    def test_one_without_an_id_is_read_once_as_well(self, answered):
        _ticket, letter = answered
        raw = answer_to(letter, "The painter.", Message_ID="").as_bytes()
        assert [receive(raw), receive(raw)] == ["taken", None]

    def test_what_it_refers_to_is_enough_where_the_plus_was_lost(self, answered):
        ticket, letter = answered
        raw = answer_to(letter, "The painter.", To=ADDRESS).as_bytes()
        assert receive(raw) == "taken"
        assert ticket.messages.last().text == "The painter."

    def test_a_second_verified_address_of_theirs_is_theirs(self, answered, alice):
        _ticket, letter = answered
        alice.emailaddress_set.create(email="al@work.example", verified=True)
        alice.emailaddress_set.create(email="al@else.example", verified=False)
        good = answer_to(letter, "Yes", "Al <AL@work.example>", Message_ID="<a1@x>")
        bad = answer_to(letter, "No", "al@else.example", Message_ID="<a2@x>")
        assert receive(good.as_bytes()) == "taken"
        assert receive(bad.as_bytes()) == "foreign"

    @pytest.mark.parametrize(
        "sender",
        ["charlie@example.org", "alice@example.org.evil.example", "", "a@b.c, alice@example.org"],
    )
    def test_the_secret_alone_is_not_enough(self, answered, sender):
        ticket, letter = answered
        raw = answer_to(letter, "Give me all", sender or "nobody").as_bytes()
        assert receive(raw) == "foreign"
        assert ticket.messages.count() == 2
        assert ticket.events.last().what == "refused"

    def test_the_address_alone_is_not_enough(self, answered):
        ticket, letter = answered
        raw = answer_to(
            letter, "Give me all", To=f"help+{'a' * 24}@pixazo.example", In_Reply_To=""
        ).as_bytes()
        assert receive(raw) == "unknown"
        assert ticket.messages.count() == 2

    def test_the_askers_secret_makes_nobody_staff(self, answered, dora):
        """Staff's own address with the letter that went to Alice."""
        _ticket, letter = answered
        assert receive(answer_to(letter, "Hello", "dora@example.org").as_bytes()) == "foreign"

    def test_who_is_no_longer_staff_answers_nothing(self, alice, dora):
        ticket = ask(alice)
        [to_staff] = sent()
        dora.is_staff = dora.is_superuser = False
        dora.save()
        assert receive(answer_to(to_staff, "Look now.").as_bytes()) == "closed"
        ticket.refresh_from_db()
        assert ticket.state == "open"

    @pytest.mark.parametrize(
        "heads",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated (rejected)"},
            {"Precedence": "bulk"},
            {"X_Autoreply": "yes"},
            {"List_Id": "<all.example.org>"},
            {"Return_Path": "<>"},
            {"From": "MAILER-DAEMON@example.org"},
            {"From": f"Pixazo <{ADDRESS}>"},
        ],
    )
    def test_machines_are_not_heard(self, answered, heads):
        ticket, letter = answered
        assert receive(answer_to(letter, "I am away.", **heads).as_bytes()) == "automatic"
        assert ticket.messages.count() == 2
        assert not sent()

    def test_our_own_letter_that_comes_back_is_no_answer(self, answered):
        _ticket, letter = answered
        raw = answer_to(letter, "x", Message_ID=letter.extra_headers["Message-ID"]).as_bytes()
        assert receive(raw) == "automatic"

    def test_a_bounce_is_no_answer(self, answered):
        _ticket, letter = answered
        bounce = answer_to(letter, "It could not be delivered.")
        bounce.add_attachment(b"Reporting-MTA: dns; x", maintype="message", subtype="x-status")
        bounce.set_type("multipart/report")
        assert receive(bounce.as_bytes()) == "automatic"

    def test_a_loop_of_two_machines_that_say_nothing_ends(self, answered):
        _ticket, letter = answered
        outcomes = [
            receive(answer_to(letter, f"Away {n}", Message_ID=f"<l{n}@x>").as_bytes())
            for n in range(writing.AN_HOUR + 3)
        ]
        assert outcomes.count("taken") == writing.AN_HOUR
        assert outcomes[-1] == "too much"

    def test_files_go_through_the_same_gate(self, answered):
        ticket, letter = answered
        answer = answer_to(letter, "See these.")
        answer.add_attachment(png(), maintype="image", subtype="jpeg", filename="a/../shot.jpg")
        answer.add_attachment(b"MZ\x00\x01", maintype="application", subtype="x", filename="a.exe")
        assert receive(answer.as_bytes()) == "taken"
        assert [file.name for file in TicketFile.objects.all()] == ["shot.png"]
        text = ticket.messages.last().text
        assert text.startswith("See these.")
        assert "“a.exe” was not taken" in text

    def test_nothing_in_it_is_nothing(self, answered):
        _ticket, letter = answered
        assert receive(answer_to(letter, "\n> old\n").as_bytes()) == "empty"

    def test_one_too_large_is_not_read(self):
        assert receive(b"x" * (MOST_BYTES + 1)) == "too much"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\xfe\x00\x00",
            b"From: " + b"(" * 5000 + b"\n\nx",
            b"Content-Type: text/plain; charset=nowhere\n\n\xff\xfe",
            b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 2000,
            b"From: =?utf-8?b?////?= <a@b>\nTo: @@@,,,<<>>\nMessage-ID: x\x00y\n\nz",
            b"Content-Type: message/rfc822\n\n" * 300 + b"x",
            b"References: " + b"<help.aaaa" * 20000 + b"\n\nx",
        ],
    )
    def test_whatever_comes_it_is_written_down(self, raw):
        assert receive(raw) in {"unknown", "unreadable", "automatic"}
        assert ReceivedMail.objects.count() == 1

    def test_one_that_breaks_the_reader_lies_in_nobodys_way(self, answered, monkeypatch):
        monkeypatch.setattr(incoming, "words_of", Mock(side_effect=HeaderParseError("none")))
        assert receive(answer_to(answered[1], "The first.").as_bytes()) == "unreadable"

    def test_without_an_account_they_answer_by_the_same_two(self, client, dora):
        form = {"email": "g@example.com", "subject": "Hm", "category": "other", "text": "Hello?"}
        client.post("/help/new/", form)
        to_guest = next(letter for letter in sent() if letter.to == ["g@example.com"])
        assert receive(answer_to(to_guest, "More.").as_bytes()) == "taken"
        assert Ticket.objects.get().messages.last().text == "More."


class TestWords:
    @pytest.mark.parametrize(
        ("text", "own"),
        [
            ("Yes\n\n-- \nAlice\nManager", "Yes"),
            ("Yes\n\n-----Original Message-----\nFrom: x", "Yes"),
            ("Ja\n\nAm So., 29. Nov. 2026 um 10:00 Uhr schrieb Pixazo <a@b.c>:\n> alt", "Ja"),
            ("Ja\n\nAm Sonntag, dem 29. November 2026,\nschrieb Pixazo <a@b.c>:\n\nalt", "Ja"),
            ("Yes\n\nFrom: Pixazo <a@b.c>\nSent: today\nTo: me\nSubject: x\n\nold", "Yes"),
            ("Yes\n> old\n> older", "Yes"),
            ("> Which?\nThe first.\n> And?\nNone.", "The first.\nNone."),
            ("On the whole it works", "On the whole it works"),
            ("From: the start it was grey", "From: the start it was grey"),
        ],
    )
    def test_what_is_quoted_is_left_out(self, text, own):
        assert mail_text.own_words(text) == own

    def test_a_page_becomes_text_and_runs_nothing(self):
        html = (
            "<html><head><style>p{}</style><script>alert(1)</script></head><body>"
            "<p>Hello &lt;b&gt; <b>there</b></p><img src=x onerror=alert(1)><div>Two<br>Three</div>"
            "<div class='gmail_quote'>Old <div>words</div></div></body></html>"
        )
        letter = EmailMessage()
        letter.set_content(html, subtype="html")
        assert mail_text.words_of(letter) == "Hello <b> there\n\nTwo\nThree"

    def test_a_page_without_ends_takes_no_time(self):
        assert "x" in mail_text.plain("<div>" * 50_000 + "x")

    def test_a_long_line_takes_no_time(self):
        assert mail_text.own_words("On " + "wrote" * 100_000) == "On " + "wrote" * 100_000


class TestTheCommand:
    def test_a_letter_on_standard_input(self, answered, monkeypatch, capsys):
        ticket, letter = answered
        raw = answer_to(letter, "By pipe.").as_bytes()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_mail")
        assert ticket.messages.last().text == "By pipe."

    def test_a_database_that_is_away_asks_for_patience(self, monkeypatch):
        from django.db import OperationalError

        def away(raw):
            raise OperationalError

        monkeypatch.setattr("accounts.management.commands.receive_mail.receive", away)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x")))
        with pytest.raises(SystemExit) as ended:
            call_command("receive_mail")
        assert ended.value.code == 75


class Imap(StreamRequestHandler):
    """As much of a mailbox as is asked for."""

    letters: list = []
    seen: list = []

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _space, rest = line.decode().strip().partition(" ")
            self.say(tag, rest)

    def say(self, tag, rest):
        if rest.startswith("CAPABILITY"):
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif rest.startswith("LOGIN"):
            good = rest == 'LOGIN help "se cret"'
            self.wfile.write(f"{tag} {'OK' if good else 'NO'} x\r\n".encode())
            return
        elif rest.startswith("SELECT"):
            self.wfile.write(b"* 1 EXISTS\r\n")
        elif rest.startswith("UID SEARCH"):
            new = [str(n) for n in range(len(self.letters)) if n not in self.seen]
            self.wfile.write(f"* SEARCH {' '.join(new)}\r\n".encode())
        elif rest.startswith("UID FETCH"):
            raw = self.letters[int(rest.split()[2])]
            self.wfile.write(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n" % (len(raw), raw))
        elif rest.startswith("UID STORE"):
            self.seen.append(int(rest.split()[2]))
        elif rest.startswith("LOGOUT"):
            self.wfile.write(b"* BYE\r\n")
        self.wfile.write(f"{tag} OK done\r\n".encode())


class TestTheMailbox:
    @pytest.fixture
    def box(self, settings):
        Imap.letters, Imap.seen = [], []
        with ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            port = server.server_address[1]
            settings.HELP_MAILBOX = f"imap://help:se%20cret@127.0.0.1:{port}/INBOX"
            yield Imap
            server.shutdown()

    def test_what_is_new_there_is_read_once(self, box, answered):
        ticket, letter = answered
        box.letters = [answer_to(letter, "By IMAP.").as_bytes(), b"From: x@y.z\n\nspam"]
        assert mailbox.fetch() == 2
        assert mailbox.fetch() == 0
        assert ticket.messages.last().text == "By IMAP."
        assert [row.outcome for row in ReceivedMail.objects.order_by("id")] == ["taken", "unknown"]

    def test_a_wrong_password_or_nobody_there_is_no_trouble(self, box, settings):
        settings.HELP_MAILBOX = settings.HELP_MAILBOX.replace("se%20cret", "other")
        assert mailbox.fetch() == 0
        settings.HELP_MAILBOX = "imap://a:b@127.0.0.1:9/"
        assert mailbox.fetch() == 0

    def test_where_none_is_named_none_is_asked(self, settings):
        settings.HELP_MAILBOX = ""
        assert mailbox.fetch() == 0


def test_what_came_in_long_ago_is_forgotten():
    for name, days in (("old", 181), ("new", 179)):
        row = ReceivedMail.objects.create(message_id=name, sender="x@example.org", outcome="taken")
        ReceivedMail.objects.filter(pk=row.pk).update(created=now() - timedelta(days=days))
    deliver_due()
    assert [row.message_id for row in ReceivedMail.objects.all()] == ["new"]
