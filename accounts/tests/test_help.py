"""A request to staff, on the pages: asked, answered, closed and opened again, and nobody else's."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from accounts.desk import writing
from accounts.desk.own import Requests
from accounts.models import Delivery, Notice, ReceivedMail, Ticket, TicketEvent, TicketFile
from accounts.tests.letters import sent
from pixazo.tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ASKED = {"subject": "Grey pictures", "category": "picture", "text": "All are grey since noon."}


@pytest.fixture
def as_dora(dora):
    client = Client()
    client.force_login(dora)
    return client


def ask(user, **fields):
    return writing.ask(user=user, **{**ASKED, **fields})


def png(width=8):
    file = BytesIO()
    Pillow.new("RGB", (width, 8), "red").save(file, "PNG")
    return file.getvalue() + b"<script>alert(1)</script>"


class TestAsking:
    def test_it_is_asked_and_stands_in_the_list(self, as_alice, alice, dora):
        response = as_alice.post("/help/new/", ASKED)
        ticket = Ticket.objects.get()
        assert response["Location"] == f"/help/{ticket.number}/"
        assert (ticket.user, ticket.state, ticket.owner) == (alice, "open", None)
        assert "Grey pictures" in as_alice.get("/help/").content.decode()
        page = as_alice.get(f"/help/{ticket.number}/").content.decode()
        assert "All are grey since noon." in page
        assert [event.what for event in ticket.events.all()] == ["opened"]

    def test_staff_hear_of_it(self, as_alice, dora):
        as_alice.post("/help/new/", ASKED)
        assert Notice.objects.get(user=dora).text == "alice asks for help: “Grey pictures”"
        [letter] = sent()
        assert letter.to == ["dora@example.org"]
        assert "All are grey since noon." in letter.body

    def test_what_is_missing_is_said(self, as_alice):
        response = as_alice.post("/help/new/", {**ASKED, "text": " "})
        assert response.status_code == 400
        assert not Ticket.objects.exists()

    def test_ten_a_day_and_no_more(self, as_alice, alice):
        for _number in range(writing.A_DAY):
            ask(alice)
        response = as_alice.post("/help/new/", ASKED)
        assert response.status_code == 429
        assert "You have asked often today." in response.content.decode()
        assert Ticket.objects.count() == writing.A_DAY

    @pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "javascript:x"])
    def test_the_page_that_is_named_is_one_of_ours(self, as_alice, page):
        as_alice.post("/help/new/", {**ASKED, "page": page})
        assert Ticket.objects.get().page == ""

    def test_a_picture_that_is_not_theirs_is_not_named(self, as_alice):
        as_alice.post("/help/new/", {**ASKED, "job": str(uuid4())})
        assert Ticket.objects.get().job is None


class TestWithoutAnAccount:
    FORM = {**ASKED, "email": "Guest@example.com"}

    def test_they_are_answered_by_mail_alone(self, client, dora):
        assert client.get("/help/").status_code == 302
        response = client.post("/help/new/", self.FORM)
        assert "It has arrived" in response.content.decode()
        ticket = Ticket.objects.get()
        assert (ticket.user, ticket.email) == (None, "guest@example.com")
        _to_staff, to_guest = sorted(sent(), key=lambda letter: letter.to != ["dora@example.org"])
        assert to_guest.to == ["guest@example.com"]
        assert f"#{ticket.number}." in to_guest.body
        writing.answer(ticket, dora, "Try again, please.")
        [letter] = sent()
        assert letter.to == ["guest@example.com"]
        assert "Try again, please." in letter.body

    def test_an_address_that_has_an_account_is_treated_like_any_other(self, client, alice):
        response = client.post("/help/new/", {**self.FORM, "email": alice.email})
        assert response.status_code == 200
        assert Ticket.objects.get().user is None

    def test_what_a_stranger_has_sent_to_an_address_bears_none_of_their_words(self, client, dora):
        form = ASKED | {"email": "victim@example.com", "subject": "Win a car at evil.example"}
        client.post("/help/new/", form)
        letter = next(each for each in sent() if each.to == ["victim@example.com"])
        assert "evil" not in letter.subject + letter.body
        assert letter.subject == f"[#{Ticket.objects.get().pk}] We have your request"

    def test_few_for_one_address_and_from_one_place(self, client):
        statuses = [client.post("/help/new/", self.FORM).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        for number in range(3):
            response = client.post("/help/new/", {**self.FORM, "email": f"g{number}@example.com"})
        assert response.status_code == 429
        assert Ticket.objects.count() == 4

    def test_files_are_of_people_with_an_account_only(self, client):
        client.post("/help/new/", {**self.FORM, "files": SimpleUploadedFile("a.txt", b"hello")})
        assert not TicketFile.objects.exists()

    def test_where_the_site_wants_none_they_sign_in(self, client, settings):
        settings.HELP_OPEN = False
        assert client.get("/help/new/")["Location"].startswith("/account/login/")
        assert client.post("/help/new/", self.FORM).status_code == 302
        assert not Ticket.objects.exists()


class TestTheThread:
    def test_an_answer_is_seen_told_and_sent(self, as_alice, alice, dora):
        ticket = ask(alice)
        sent()
        writing.answer(ticket, dora, "The worker was ill.", "waiting")
        ticket.refresh_from_db()
        assert (ticket.state, ticket.owner) == ("waiting", dora)
        assert "The worker was ill." in as_alice.get(f"/help/{ticket.number}/").content.decode()
        assert Notice.objects.get(user=alice).text == "Your request “Grey pictures” was answered."
        [letter] = sent()
        assert letter.to == ["alice@example.org"]

    def test_writing_back_makes_it_staffs_turn_even_when_it_was_closed(self, as_alice, alice, dora):
        ticket = ask(alice)
        writing.answer(ticket, dora, "Done.", "closed")
        as_alice.post(f"/help/{ticket.number}/reply/", {"text": "Not at all."})
        ticket.refresh_from_db()
        assert ticket.state == "open"
        whats = [event.what for event in ticket.events.all()]
        assert whats == ["opened", "taken", "answered", "reopened"]
        assert Notice.objects.filter(user=dora, text__startswith="alice wrote").exists()

    def test_they_close_it_and_open_it_again(self, as_alice, alice):
        ticket = ask(alice)
        for verb, state in (("close", "closed"), ("close", "closed"), ("reopen", "open")):
            as_alice.post(f"/help/{ticket.number}/{verb}/")
            ticket.refresh_from_db()
            assert ticket.state == state
        assert [e.what for e in ticket.events.all()] == ["opened", "closed", "reopened"]

    def test_opening_it_again_sends_staff_no_words_of_their_own_and_counts_as_writing(
        self, as_alice, alice, dora
    ):
        ticket = ask(alice)
        writing.answer(ticket, dora, "Use another model.", "closed")
        sent()
        for _ in range(writing.AN_HOUR):
            Ticket.objects.update(state="closed")
            as_alice.post(f"/help/{ticket.number}/reopen/")
        assert not sent()
        told = Notice.objects.filter(user=dora).first()
        assert told.text == "alice opened “Grey pictures” again"
        Ticket.objects.update(state="closed")
        assert as_alice.post(f"/help/{ticket.number}/reopen/").status_code == 429

    def test_what_staff_note_is_for_staff(self, as_alice, alice, dora):
        ticket = ask(alice)
        writing.note(ticket, dora, "She is right.")
        page = as_alice.get(f"/help/{ticket.number}/").content.decode()
        assert "She is right." not in page
        assert "Noted" not in page

    @pytest.mark.parametrize("verb", ["", "reply/", "close/", "reopen/"])
    def test_others_find_nothing(self, as_bob, alice, verb):
        ticket = ask(alice)
        method = as_bob.post if verb else as_bob.get
        assert method(f"/help/{ticket.number}/{verb}", {"text": "x"}).status_code == 404

    def test_pages_ask_the_database_no_more_for_more(self, as_alice, alice, dora):
        ticket = ask(alice)
        pages = ("/help/", f"/help/{ticket.number}/")
        few = [questions(as_alice, page) for page in pages]
        for _number in range(5):
            ask(alice)
            writing.reply(ticket, alice, "And again")
            writing.answer(ticket, dora, "And again")
        assert [questions(as_alice, page) for page in pages] == few


def questions(client, page):
    client.get(page)  # what is made at the first visit
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return len(asked)


class TestFiles:
    def send(self, client, *files):
        return client.post("/help/new/", {**ASKED, "files": list(files)})

    def test_a_picture_is_kept_as_pixels_and_saved_not_shown(self, as_alice):
        self.send(as_alice, SimpleUploadedFile("../../Shot <1>.jpg", png()))
        file = TicketFile.objects.get()
        assert (file.name, file.content_type) == ("Shot _1.png", "image/png")
        response = as_alice.get(f"/help/files/{file.pk}/")
        content = b"".join(response.streaming_content)
        assert content.startswith(b"\x89PNG")
        assert b"script" not in content
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]

    def test_texts_and_pdfs_are_taken_as_they_are(self, as_alice):
        pdf = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"
        self.send(
            as_alice,
            SimpleUploadedFile("log.html", "größer <b>x</b>".encode()),
            SimpleUploadedFile("a.pdf", pdf),
        )
        known = {(file.name, file.content_type) for file in TicketFile.objects.all()}
        assert known == {
            ("log.txt", "text/plain; charset=utf-8"),
            ("a.pdf", "application/pdf"),
        }

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"MZ\x00\x01binary\xff", "Only pictures"),
            (b"\x89PNG\r\n\x1a\nnonsense", "picture"),
            (b"%PDF-1.4 no end", "This PDF is damaged"),
            (b"%PDF-1.4 /OpenAction << /S /JavaScript >> %%EOF", "has programs or files"),
            (b"", "Only pictures"),
            (b"x" * (10 * 2**20 + 1), "up to 10 MiB"),
        ],
    )
    def test_others_are_refused_and_nothing_is_kept(self, as_alice, content, words, settings):
        response = self.send(as_alice, SimpleUploadedFile("a.png", content))
        assert response.status_code in (400, 413, 415)
        assert words in response.content.decode()
        assert not Ticket.objects.exists()
        assert not list(settings.MEDIA_ROOT.glob("help/*"))

    def test_no_more_than_five(self, as_alice):
        files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(6)]
        assert self.send(as_alice, *files).status_code == 415

    def test_nobody_else_gets_them_and_notes_are_staffs(
        self, as_alice, as_bob, as_dora, alice, dora
    ):
        self.send(as_alice, SimpleUploadedFile("a.txt", b"secret"))
        file = TicketFile.objects.get()
        assert as_bob.get(f"/help/files/{file.pk}/").status_code == 404
        assert as_dora.get(f"/help/files/{file.pk}/").status_code == 200
        file.message.kind = "note"
        file.message.save()
        assert as_alice.get(f"/help/files/{file.pk}/").status_code == 404

    def test_staff_without_a_second_factor_get_none_where_it_is_asked_for(
        self, as_dora, as_alice, settings
    ):
        self.send(as_alice, SimpleUploadedFile("a.txt", b"x"))
        address = f"/help/files/{TicketFile.objects.get().pk}/"
        assert as_dora.get(address).status_code == 200
        settings.STAFF_SECOND_FACTOR = True
        assert as_dora.get(address).status_code == 404
        assert as_alice.get(address).status_code == 200

    def test_they_go_with_whoever_sent_them(
        self, as_alice, alice, django_capture_on_commit_callbacks
    ):
        self.send(as_alice, SimpleUploadedFile("a.txt", b"secret"))
        key = TicketFile.objects.get().key
        assert default_storage.exists(key)
        with django_capture_on_commit_callbacks(execute=True):
            alice.delete()
        assert not default_storage.exists(key)
        assert not Ticket.objects.exists()


class TestStaff:
    def post(self, client, ticket, **said):
        return client.post(f"/admin/accounts/ticket/{ticket.pk}/write/", said, follow=True)

    def test_the_queue_is_filtered(self, as_dora, alice, bob, dora):
        mine = ask(alice, subject="Mine")
        ask(bob, subject="Others")
        writing.take(mine, dora)
        page = as_dora.get("/admin/accounts/ticket/?whose=mine&state__exact=open").content.decode()
        assert "Mine" in page
        assert "Others" not in page
        assert "Others" in as_dora.get("/admin/accounts/ticket/?whose=nobody").content.decode()

    def test_every_verb_is_done_and_recorded(self, as_dora, alice, dora):
        ticket = ask(alice)
        self.post(as_dora, ticket, do="take")
        self.post(as_dora, ticket, do="note", text="Look at the worker")
        self.post(as_dora, ticket, do="answer", text="We look.", state="waiting")
        self.post(as_dora, ticket, do="sort", category="other")
        self.post(as_dora, ticket, do="move", state="closed")
        self.post(as_dora, ticket, do="give back")
        ticket.refresh_from_db()
        assert (ticket.state, ticket.category, ticket.owner) == ("closed", "other", None)
        rows = ticket.events.filter(by=dora, by_staff=True)
        whats = [row.what for row in rows]
        assert whats == ["taken", "noted", "answered", "category", "closed", "given back"]
        assert LogEntry.objects.filter(user=dora, object_id=ticket.pk).count() == 6
        page = as_dora.get(f"/admin/accounts/ticket/{ticket.pk}/change/").content.decode()
        assert "Look at the worker" in page

    def test_nothing_is_done_twice(self, as_dora, alice, dora):
        ticket = ask(alice)
        erin = make_person("erin", is_staff=True, is_superuser=True)
        assert writing.take(ticket, erin)
        page = self.post(as_dora, ticket, do="take").content.decode()
        assert "Nothing was changed." in page
        ticket.refresh_from_db()
        assert ticket.owner == erin

    def test_an_empty_answer_is_none(self, as_dora, alice):
        ticket = ask(alice)
        page = self.post(as_dora, ticket, do="answer", text=" ", state="answered").content.decode()
        assert "Write something first." in page
        assert ticket.messages.count() == 1

    def test_staff_without_the_right_see_nothing(self, alice):
        ticket = ask(alice)
        gus = make_person("gus", is_staff=True)
        client = Client()
        client.force_login(gus)
        assert client.get("/admin/accounts/ticket/").status_code == 403
        assert self.post(client, ticket, do="take").status_code == 404


class TestWhatIsKeptOfAPerson:
    def test_they_take_it_along_without_what_staff_noted(self, as_alice, alice, dora):
        as_alice.post("/help/new/", {**ASKED, "files": SimpleUploadedFile("a.txt", b"x")})
        ticket = Ticket.objects.get()
        writing.answer(ticket, dora, "Fixed.")
        writing.note(ticket, dora, "Hm")
        [row] = Requests().rows(alice)
        assert [each["text"] for each in row["messages"]] == [ASKED["text"], "Fixed."]
        [file] = Requests().files(alice)
        assert row["messages"][0]["files"] == [file.name]
        assert default_storage.exists(file.key)

    def test_nothing_is_left_of_it(self, alice, bob, dora):
        ticket, other = ask(alice), ask(bob)
        for each in (ticket, other):
            ReceivedMail.objects.create(message_id=each.pk, outcome="taken", ticket=each)
        Requests().remove(alice)
        assert list(Ticket.objects.all()) == [other]
        assert [row.ticket for row in ReceivedMail.objects.all()] == [other]


class TestDeliveries:
    def test_a_letter_is_sent_once_however_often_it_is_rung_for(self, alice, dora):
        from accounts.telling.delivering import deliver, deliver_due

        ask(alice)
        row = Delivery.objects.get()
        deliver(row.pk)
        deliver(row.pk)
        deliver_due()
        assert len(mail.outbox) == 1
        row.refresh_from_db()
        assert (row.state, row.attempts, row.payload) == ("done", 1, {})

    def test_a_server_that_is_away_is_asked_again_later(self, alice, dora, monkeypatch):
        from accounts.telling.delivering import deliver_due

        ask(alice)
        ask(alice)
        asked = []

        def away(self):
            asked.append(self)
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
        deliver_due()
        assert len(asked) == 1
        first = Delivery.objects.get(attempts=1)
        assert (first.state, first.said) == ("waiting", "The mail server is away.")
        assert first.due > first.taken
        monkeypatch.undo()
        assert len(sent()) == 2

    def test_whoever_died_over_it_is_followed_by_another(self, alice, dora):
        from datetime import timedelta

        ask(alice)
        row = Delivery.claim(Delivery.objects.get().pk)
        assert Delivery.claim(row.pk) is None
        Delivery.objects.filter(pk=row.pk).update(taken=row.taken - timedelta(minutes=11))
        again = Delivery.claim(row.pk)
        assert again.attempts == 2
        assert not row.end("done")
        assert again.end("done")


def test_what_an_event_is_called_is_known():
    assert set(TicketEvent.INTERNAL) < set(TicketEvent.What)
