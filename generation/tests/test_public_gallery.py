"""The public gallery: nothing is there that was not put there, staff look first, and all of it can
be taken back (S318)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts.models import Notice, User
from billing.models import Account
from generation import collector
from generation.admin import hanging
from generation.models import Complaint, Image, Like, Publication
from generation.models.opinion import MOST_COMPLAINTS
from generation.models.publication import LET_IN, MOST_WAITING, REFUSED
from generation.tests.engine import ask, at_once, draw_all
from generation.tests.test_admin import do
from pixazo.tests.cast import make_person

pytestmark = pytest.mark.both

PROMPT = "a lighthouse nobody shall read of"
NUMBER = "471147"
STAFFS = "/admin/generation/publication/"
DESK = f"{STAFFS}moderate/"


@pytest.fixture
def image(studio, painter):
    ask(studio, painter, prompt=PROMPT, seed=int(NUMBER))
    draw_all()
    return Image.objects.get()


def publish(client, image, level="picture", **fields):
    body = {"publish-level": level, "publish-names_author": "on", **fields}
    return client.post(f"/w/studio/images/{image.pk}/publish/", body)


def act(client, image, what, **fields):
    return client.post(f"/w/studio/images/{image.pk}/publish/{what}/", fields)


@pytest.fixture
def shown(as_alice, image, dora):
    """Alice's picture, let in by staff."""
    publish(as_alice, image)
    row = Publication.objects.get()
    row.let_in(dora)
    return row


def everybody_sees(row):
    visitor = Client()
    pages = [f"/explore/{row.pk}/{part}" for part in ("", "picture.webp", "small.webp")]
    found = {visitor.get(page).status_code for page in [*pages, f"{pages[0]}original.png"]}
    listed = str(row.pk) in visitor.get("/explore/").content.decode()
    assert found == ({200} if listed else {404})
    return listed


class TestWhatIsThere:
    def test_nothing_that_was_not_published(self, image):
        assert b"Nothing is shown here yet" in Client().get("/explore/").content

    def test_nothing_before_staff_have_looked(self, as_alice, image, dora):
        assert publish(as_alice, image).status_code == 302
        row = Publication.objects.get()
        assert not everybody_sees(row)
        row.let_in(dora)
        assert everybody_sees(row)

    def test_at_once_where_the_operator_wants_that(self, as_alice, image, settings):
        settings.PUBLIC_GALLERY = "open"
        publish(as_alice, image)
        assert everybody_sees(Publication.objects.get())

    def test_nothing_at_all_where_the_operator_wants_none(self, as_alice, image, shown, settings):
        settings.PUBLIC_GALLERY = "off"
        assert Client().get("/explore/").status_code == 404
        assert Client().get(f"/explore/{shown.pk}/picture.webp").status_code == 404
        assert publish(as_alice, image).status_code == 404
        page = as_alice.get(f"/w/studio/images/{image.pk}/share/").content
        assert b"public gallery" not in page
        assert b"/explore/" not in page

    def test_until_it_is_taken_out(self, as_alice, image, shown):
        act(as_alice, image, "withdraw")
        assert not everybody_sees(shown)
        publish(as_alice, image)
        shown.refresh_from_db()
        assert shown.state == "waiting"

    def test_not_while_it_is_in_the_trash(self, image, shown):
        image.trash()
        assert not everybody_sees(shown)
        image.restore()
        assert everybody_sees(shown)
        image.job.batch.trash()
        assert not everybody_sees(shown)

    def test_not_once_its_author_is_switched_off_or_gone(self, shown, alice):
        alice.is_active = False
        alice.save()
        assert not everybody_sees(shown)
        alice.delete()
        assert not Publication.objects.exists()

    def test_more_of_it_than_staff_have_seen_goes_to_staff_again(self, as_alice, image, shown):
        publish(as_alice, image, "prompt")
        assert not everybody_sees(shown)

    def test_less_of_it_does_not(self, as_alice, image, dora):
        publish(as_alice, image, "recipe")
        row = Publication.objects.get()
        row.let_in(dora)
        publish(as_alice, image, "picture")
        assert everybody_sees(row)
        assert PROMPT not in Client().get(f"/explore/{row.pk}/").content.decode()

    def test_what_members_say_of_it_is_not_said_to_everybody(self, as_alice, image, dora):
        publish(as_alice, image, "remix")
        row = Publication.objects.get()
        row.let_in(dora)
        Image.objects.update(alt="Words that staff never saw")
        said = b""
        for part in ("", "original.png"):
            answer = Client().get(f"/explore/{row.pk}/{part}")
            said += answer.content + str(answer.headers).encode()
        said += Client().get("/explore/").content
        assert b"never" not in said
        assert b"a-lighthouse-nobody" in said

    def test_nothing_that_was_brought_from_elsewhere(self, as_alice, image):
        Image.objects.update(is_brought=True)
        answer = publish(as_alice, image)
        assert answer.status_code == 409
        assert "Only what was made here" in answer.content.decode()

    def test_what_staff_doubted_they_see_first_whatever_the_operator_wants(
        self, as_alice, as_bob, image, shown, dora, settings
    ):
        settings.PUBLIC_GALLERY = "open"
        shown.refuse(dora, "other", "")
        act(as_alice, image, "appeal", text="Why?")
        act(as_alice, image, "withdraw")
        publish(as_alice, image)
        assert not everybody_sees(shown)

    def test_what_was_hidden_for_a_complaint_stays_hidden_when_more_of_it_is_shown(
        self, as_alice, as_bob, image, settings
    ):
        settings.PUBLIC_GALLERY = "open"
        publish(as_alice, image)
        row = Publication.objects.get()
        row.complain(User.objects.get(username="bob"), "minors", "")
        publish(as_alice, image, "remix")
        assert not everybody_sees(row)
        act(as_alice, image, "withdraw")
        publish(as_alice, image)
        assert not everybody_sees(row)


class TestWhoMayPublish:
    def test_nobody_shows_it_under_anothers_name(
        self, as_alice, as_bob, bob, studio, painter, dora, settings
    ):
        settings.PUBLIC_GALLERY = "open"
        ask(studio, painter, author=bob)
        draw_all()
        image = Image.objects.get()
        publish(as_bob, image, **{"publish-names_author": ""})
        publish(as_alice, image)  # she owns the workspace, and changes what is to be seen
        row = Publication.objects.get()
        assert (row.author, row.byline) == (bob, "")
        act(as_bob, image, "withdraw")
        publish(as_alice, image)
        row.refresh_from_db()
        assert row.byline == "alice"

    def test_whoever_put_it_there_takes_it_out_also_when_they_have_left(
        self, as_bob, bob, as_charlie, studio, painter, settings
    ):
        settings.PUBLIC_GALLERY = "open"
        ask(studio, painter, author=bob)
        draw_all()
        publish(as_bob, Image.objects.get())
        studio.memberships.filter(user=bob).delete()
        row = Publication.objects.get()
        address = f"/explore/{row.pk}/withdraw/"
        assert address in as_bob.get(f"/explore/{row.pk}/").content.decode()
        assert as_charlie.post(address).status_code == 404
        as_bob.post(address)
        assert not everybody_sees(row)

    def test_a_viewer_and_an_editor_may_not_show_what_others_made(
        self, as_bob, bob, studio, as_charlie, image
    ):
        assert publish(as_bob, image).status_code == 403
        studio.memberships.filter(user=bob).update(role="viewer")
        assert publish(as_bob, image).status_code == 403
        assert publish(as_charlie, image).status_code == 404
        assert not Publication.objects.exists()

    def test_a_level_that_there_is_not_is_refused_in_words(self, as_alice, image):
        answer = publish(as_alice, image, "everything")
        assert answer.status_code == 400
        assert "Choose what everybody sees" in answer.content.decode()

    def test_staff_are_not_buried(self, as_alice, image, alice, studio, painter, monkeypatch):
        monkeypatch.setattr("generation.models.publication.MOST_WAITING", 1)
        assert MOST_WAITING == 50
        publish(as_alice, image)
        ask(studio, painter)
        draw_all()
        answer = publish(as_alice, Image.objects.order_by("id").last())
        assert answer.status_code == 409
        assert "wait for staff already" in answer.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_twice_at_once_makes_one(self, image, alice):
        def once(_number):
            return Publication.publish(image, alice, "picture", names_author=True)

        results = at_once(4, once)
        assert [each for each in results if isinstance(each, Exception)] == []
        assert Publication.objects.count() == 1


class TestWhatIsSaid:
    @pytest.mark.parametrize("level", ["picture", "prompt", "recipe", "remix"])
    def test_of_a_picture_no_more_than_was_chosen(self, as_alice, image, dora, level):
        publish(as_alice, image, level, **{"publish-names_author": ""})
        row = Publication.objects.get()
        row.let_in(dora)
        said = b""
        for part in ("", "picture.webp", "small.webp", "original.png"):
            answer = Client().get(f"/explore/{row.pk}/{part}")
            said += answer.content + str(answer.headers).encode()
        said += Client().get("/explore/").content
        assert b"alice" not in said
        assert (b"lighthouse" in said) == (level != "picture")
        assert (NUMBER.encode() in said) == (level in {"recipe", "remix"})
        assert (b"/remix/" in said) == (level == "remix")

    def test_its_name_only_where_it_was_wanted(self, shown):
        assert "By alice" in Client().get(f"/explore/{shown.pk}/").content.decode()


class TestLikes:
    def test_count_once_a_person(self, as_bob, as_charlie, shown):
        for client in (as_bob, as_bob, as_charlie):
            client.post(f"/explore/{shown.pk}/like/")
        shown.refresh_from_db()
        assert shown.likes == Like.objects.count() == 2

    def test_are_taken_back_once(self, as_bob, shown):
        as_bob.post(f"/explore/{shown.pk}/like/")
        for _twice in range(2):
            as_bob.post(f"/explore/{shown.pk}/unlike/")
        shown.refresh_from_db()
        assert shown.likes == 0

    def test_go_with_their_person(self, as_bob, bob, shown):
        as_bob.post(f"/explore/{shown.pk}/like/")
        bob.delete()
        shown.refresh_from_db()
        assert shown.likes == 0

    def test_answer_a_script_with_the_button_as_it_is_now(self, as_bob, shown):
        answer = as_bob.post(f"/explore/{shown.pk}/like/", headers={"X-Requested-With": "fetch"})
        assert 'aria-pressed="true"' in answer.content.decode()
        assert f"/explore/{shown.pk}/unlike/" in answer.content.decode()

    def test_order_the_gallery(self, as_bob, as_alice, shown, studio, painter, dora):
        ask(studio, painter)
        draw_all()
        publish(as_alice, Image.objects.order_by("id").last())
        newer = Publication.objects.get(state="waiting")
        newer.let_in(dora)
        as_bob.post(f"/explore/{shown.pk}/like/")

        def order(query):
            rows = Client().get(f"/explore/{query}").context["page"].object_list
            return [row.pk for row in rows]

        assert order("") == [newer.pk, shown.pk]
        assert order("?order=liked") == [shown.pk, newer.pk]

    @pytest.mark.django_db(transaction=True)
    def test_many_at_once_are_all_counted(self, shown):
        people = [make_person(f"fan{number}") for number in range(6)]
        at_once(6, lambda number: shown.like(people[number % 3]))
        shown.refresh_from_db()
        assert shown.likes == Like.objects.count() == 3


class TestStaff:
    def test_refuse_with_a_reason_that_the_person_reads(self, as_dora, as_alice, image, shown):
        page = "/admin/generation/publication/"
        chosen = {"action": "refuse", "_selected_action": [str(shown.pk)]}
        as_dora.post(page, chosen)
        assert everybody_sees(shown)  # no reason was given
        as_dora.post(page, {**chosen, "reason": "violence", "decision": "Too much blood."})
        assert not everybody_sees(shown)
        words = as_alice.get(f"/w/studio/images/{image.pk}/share/").content.decode()
        assert "Violence and gore" in words
        assert "Too much blood." in words

    def test_what_was_refused_is_not_offered_again_but_objected_to_once(
        self, as_alice, image, shown, dora
    ):
        shown.refuse(dora, "other", "")
        answer = publish(as_alice, image)
        assert answer.status_code == 409
        assert "Staff refused this picture" in answer.content.decode()
        assert act(as_alice, image, "appeal", text="").status_code == 400
        act(as_alice, image, "appeal", text="It is a lighthouse.")
        shown.refresh_from_db()
        assert (shown.state, shown.appeal) == ("waiting", "It is a lighthouse.")
        shown.refuse(dora, "other", "It is not.")
        assert not shown.object_to("But it is.")
        assert shown.let_in(dora)
        assert everybody_sees(shown)

    def test_let_in_from_the_list_and_it_is_written_down(self, as_dora, as_alice, image):
        publish(as_alice, image)
        row = Publication.objects.get()
        assert "Let in: 1." in do(as_dora, "let_in", row, reason="")
        assert everybody_sees(row)
        assert "Decided by somebody else" not in do(as_dora, "let_in", row, reason="")

    def test_see_the_picture_until_it_is_taken_back(self, as_dora, as_alice, image):
        publish(as_alice, image)
        address = f"/admin/generation/publication/{Publication.objects.get().pk}/picture.webp"
        assert as_dora.get(address)["Content-Type"] == "image/webp"
        assert as_alice.get(address).status_code == 302
        act(as_alice, image, "withdraw")
        assert as_dora.get(address).status_code == 404

    def test_are_heard_in_the_bell_and_it_leads_to_what_they_said(self, as_alice, image, dora):
        publish(as_alice, image)
        row = Publication.objects.get()
        row.let_in(dora)
        row.let_in(dora)  # of complaints: nothing is new
        told = Notice.objects.get()
        assert (told.text, told.link) == (LET_IN, f"/explore/{row.pk}/")
        assert as_alice.get(told.link).status_code == 200
        row.refuse(dora, "other", "It is not.")
        told = Notice.objects.get()
        assert told.text == REFUSED
        assert "It is not." in as_alice.get(told.link).content.decode()

    def test_let_in_no_more_than_they_saw(self, as_dora, as_alice, image):
        publish(as_alice, image)
        row = Publication.objects.get()
        page = as_dora.get("/admin/generation/publication/")
        seen = page.context["action_form"]["seen"].initial
        seen = seen() if callable(seen) else seen
        publish(as_alice, image, "remix")
        chosen = {"action": "let_in", "_selected_action": [str(row.pk)], "seen": seen}
        answer = as_dora.post("/admin/generation/publication/", chosen, follow=True)
        assert "since you looked" in answer.content.decode()
        assert not everybody_sees(row)

    def test_decide_one_by_one_what_was_complained_of_first(
        self, as_dora, as_alice, image, shown, studio, painter, bob
    ):
        ask(studio, painter, prompt="a boat")
        draw_all()
        publish(as_alice, Image.objects.latest("id"))
        waiting = Publication.objects.latest("id")
        assert as_dora.get(DESK).context["row"] == waiting
        shown.complain(bob, "violence", "Look at the blood.")
        page = as_dora.get(DESK)
        assert (page.context["row"], page.context["left"]) == (shown, 2)
        for words in (PROMPT, "Look at the blood."):
            assert words in page.content.decode()
        page = as_dora.get(f"{DESK}?{page.context['put_off']}")
        assert (page.context["row"], page.context["left"]) == (waiting, 2)
        choice = {"let_in": "Let it in", "seen": page.context["seen"], "skip": str(shown.pk)}
        answer = as_dora.post(f"{STAFFS}{waiting.pk}/decide/", choice)
        assert answer["Location"] == f"{DESK}?skip={shown.pk}"
        assert everybody_sees(waiting)
        assert "You put off all" in as_dora.get(answer["Location"]).content.decode()
        as_dora.post(f"{STAFFS}{shown.pk}/decide/", {"reason": "violence", "decision": "Blood."})
        shown.refresh_from_db()
        assert (shown.state, shown.reason, shown.decision) == ("refused", "violence", "Blood.")
        assert "Nothing waits" in as_dora.get(DESK).content.decode()

    @pytest.mark.services
    def test_read_none_of_the_many_that_are_shown_to_find_what_is_to_be_decided(self, db):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite finds either by an index")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # which it prefers where rows are few
        plan = hanging.undecided().explain()
        assert set(re.findall(r" on generation_publication .*\n +(\w+)", plan)) == {"Index"}, plan

    def test_refuse_nothing_without_saying_why_and_let_in_no_more_than_they_saw_one_by_one(
        self, as_dora, as_alice, image
    ):
        publish(as_alice, image)
        row = Publication.objects.get()
        seen = as_dora.get(DESK).context["seen"]
        answer = as_dora.post(f"{STAFFS}{row.pk}/decide/", {"reason": "nonsense"}, follow=True)
        assert "Choose why" in answer.content.decode()
        publish(as_alice, image, "remix")
        choice = {"let_in": "Let it in", "seen": seen}
        answer = as_dora.post(f"{STAFFS}{row.pk}/decide/", choice, follow=True)
        assert "since you looked" in answer.content.decode()
        assert answer.context["row"] == row

    def test_let_in_nothing_that_others_refused_or_complained_of_since_they_looked(
        self, as_dora, as_alice, image, alice, bob, settings
    ):
        settings.PUBLIC_GALLERY = "open"
        publish(as_alice, image)
        row = Publication.objects.get()
        row.complain(bob, "other", "I don't like it.")
        choice = {"let_in": "Let it in", "seen": as_dora.get(DESK).context["seen"]}
        row.complain(alice, "minors", "Look at the lower left.")
        answer = as_dora.post(f"{STAFFS}{row.pk}/decide/", choice, follow=True)
        assert "since you looked" in answer.content.decode()
        assert "Look at the lower left." in answer.content.decode()
        assert not everybody_sees(row)
        choice["seen"] = answer.context["seen"]
        row.refuse(alice, "minors", "")
        answer = as_dora.post(f"{STAFFS}{row.pk}/decide/", choice, follow=True)
        assert "since you looked" in answer.content.decode()
        assert not everybody_sees(row)

    def test_have_not_seen_what_was_said_while_their_page_was_made(
        self, as_dora, as_alice, image, bob, settings, monkeypatch
    ):
        settings.PUBLIC_GALLERY = "open"
        publish(as_alice, image)
        row = Publication.objects.get()
        row.complain(bob, "other", "I don't like it.")
        said, query = [], hanging.moderating.query

        def meanwhile(pks):
            said.append(row.complain(image.job.batch.author, "minors", "Look at the lower left."))
            return query(pks)

        monkeypatch.setattr(hanging.moderating, "query", meanwhile)
        seen = as_dora.get(DESK).context["seen"]
        monkeypatch.undo()
        assert said == [True]
        choice = {"let_in": "Let it in", "seen": seen}
        answer = as_dora.post(f"{STAFFS}{row.pk}/decide/", choice, follow=True)
        assert "since you looked" in answer.content.decode()
        assert not everybody_sees(row)

    def test_who_may_only_look_at_them_decides_none_of_them(self, client, as_alice, image, charlie):
        publish(as_alice, image)
        row = Publication.objects.get()
        charlie.is_staff = True
        charlie.save()
        charlie.user_permissions.add(Permission.objects.get(codename="view_publication"))
        client.force_login(charlie)
        assert client.get(DESK).status_code == 404
        assert client.post(f"{STAFFS}{row.pk}/decide/", {"let_in": "1"}).status_code == 404
        assert not everybody_sees(row)
        assert "One by one" not in client.get("/admin/").content.decode()

    def test_see_the_words_they_decide_about(self, as_dora, as_alice, image):
        publish(as_alice, image, "prompt")
        row = Publication.objects.get()
        for page in ("", f"{row.pk}/change/"):
            found = as_dora.get(f"/admin/generation/publication/{page}").content.decode()
            assert PROMPT in found

    def test_decide_while_it_is_being_changed_and_nothing_of_it_is_lost(
        self, as_bob, image, shown, dora, alice, monkeypatch
    ):
        """The one who changes it read it before staff decided."""
        change = Publication.change

        def late(row, *chosen):
            Publication.objects.filter(pk=row.pk).update(likes=5)
            return change(row, *chosen)

        monkeypatch.setattr(Publication, "change", late)
        Publication.publish(image, alice, "picture", names_author=False)
        shown.refresh_from_db()
        assert (shown.likes, shown.names_author) == (5, False)

    def test_lose_a_race_with_whoever_takes_it_back(self, as_alice, image, shown, dora):
        stale = Publication.objects.get()
        act(as_alice, image, "withdraw")
        assert not stale.let_in(dora)
        assert not stale.refuse(dora, "other", "")


class TestComplaints:
    def complain(self, client, row, reason="violence"):
        return client.post(f"/explore/{row.pk}/complain/", {"reason": reason, "text": "Look."})

    def test_reach_staff_once_a_person(self, as_bob, as_dora, shown):
        for _twice in range(2):
            assert self.complain(as_bob, shown).status_code == 302
        shown.refresh_from_db()
        assert shown.complaints == Complaint.objects.count() == 1
        listed = as_dora.get("/admin/generation/publication/?complaints=open")
        assert listed.context["cl"].result_count == 1
        assert (
            "Look."
            in as_dora.get(f"/admin/generation/publication/{shown.pk}/change/").content.decode()
        )

    def test_without_a_reason_are_asked_for_one(self, as_bob, shown):
        assert self.complain(as_bob, shown, "").status_code == 400

    def test_need_an_account(self, shown):
        assert self.complain(Client(), shown)["Location"].startswith("/account/login/")

    def test_of_a_child_hide_what_staff_have_not_seen(self, as_bob, as_alice, image, settings):
        settings.PUBLIC_GALLERY = "open"
        publish(as_alice, image)
        row = Publication.objects.get()
        self.complain(as_bob, row, "minors")
        assert not everybody_sees(row)

    def test_of_a_child_hide_nothing_that_staff_let_in(self, as_bob, shown):
        self.complain(as_bob, shown, "minors")
        assert everybody_sees(shown)

    def test_are_settled_by_a_decision(self, as_bob, shown, dora):
        self.complain(as_bob, shown)
        shown.let_in(dora)
        assert shown.complaints == 0

    def test_outlive_the_picture_for_a_while(self, as_bob, image, shown):
        self.complain(as_bob, shown)
        image.delete()
        assert not everybody_sees(shown)
        collector.forget_publications(now() - timedelta(days=90))
        assert Complaint.objects.get().publication == shown
        collector.forget_publications(now() + timedelta(days=1))
        assert not Publication.objects.exists()

    def test_leave_nothing_where_there_were_none(self, image, shown):
        image.delete()
        collector.forget_publications(now() - timedelta(days=90))
        assert not Publication.objects.exists()

    def test_end_somewhere(self, as_bob, shown, monkeypatch):
        assert MOST_COMPLAINTS == 20
        monkeypatch.setattr("generation.models.opinion.MOST_COMPLAINTS", 0)
        assert self.complain(as_bob, shown).status_code == 429


def test_a_long_page_takes_as_many_queries_as_a_short_one(
    as_alice, as_bob, studio, painter, settings, django_assert_max_num_queries, alice
):
    settings.PUBLIC_GALLERY = "open"
    account = Account.objects.of(alice)
    account.save()
    for _three in range(3):
        ask(studio, painter, count=2)
        draw_all()
    for image in Image.objects.all():
        publish(as_alice, image, "prompt")
    as_bob.get("/explore/")
    with django_assert_max_num_queries(8):
        assert len(as_bob.get("/explore/").context["page"].object_list) == 6
