"""A plan keeps pictures for a time; none of them goes that was not listed a week before."""

import io
import json
import re
import zipfile
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override

from accounts.models import Notice, Preference
from billing.models import Account, Plan
from generation import letters, reminders, retention
from generation.collector import collect
from generation.gallery import archive
from generation.models import Image
from generation.tests.engine import ask, at_once, draw_all
from generation.tests.test_collector import orphan
from pixazo.ids import uuid7
from pixazo.texts import kept

pytestmark = pytest.mark.both

DAYS = 30


@pytest.fixture
def plan(alice):
    """Keeps pictures for thirty days; Alice has it."""
    plan = Plan.objects.create(slug="short", name="Short", kept_days=DAYS)
    account = Account.objects.of(alice)
    account.plan = plan
    account.save()
    return plan


@pytest.fixture
def image(studio, painter, plan):
    ask(studio, painter)
    draw_all()
    return Image.objects.get()


def make_older(days, **changes):
    Image.objects.update(created=now() - timedelta(days=days), **changes)


def listed_before(days):
    return {"listed": now() - timedelta(days=days)}


def is_there(image):
    return Image.objects.filter(pk=image.pk, deleted=None).exists()


def is_listed(image):
    return Image.objects.filter(pk=image.pk, listed__isnull=False).exists()


class TestWhatGoes:
    def test_a_picture_goes_into_the_trash_a_week_after_it_was_listed(self, image):
        make_older(DAYS + 1, **listed_before(7.1))
        collect()
        assert not is_there(image)
        assert Image.objects.filter(pk=image.pk).exists()

    @pytest.mark.parametrize(
        ("age", "listing"),
        [
            (DAYS + 100, {}),  # never listed, however old it is
            (DAYS + 100, {"listed": None}),
            (DAYS + 1, listed_before(6)),  # listed for too short a time
            (DAYS - 1, listed_before(20)),  # its time is not over
        ],
    )
    def test_none_goes_unannounced_or_early(self, image, age, listing):
        make_older(age, **listing)
        collect()
        assert is_there(image)

    def test_the_longest_overdue_is_listed_first_and_goes_a_week_later(self, image):
        make_older(DAYS + 100)
        collect()
        assert is_listed(image)
        Image.objects.update(**listed_before(7.1))
        collect()
        assert not is_there(image)

    def test_without_a_limit_nothing_goes_and_nothing_is_listed(self, image, plan):
        Plan.objects.filter(pk=plan.pk).update(kept_days=None)
        make_older(4000)
        collect()
        assert is_there(image)
        assert not is_listed(image)
        assert mail.outbox == []

    def test_each_picture_goes_by_its_authors_plan(self, studio, painter, bob, image):
        ask(studio, painter, author=bob)
        draw_all()
        make_older(DAYS + 1, **listed_before(8))
        collect()
        assert [each.job.author_id for each in Image.objects.filter(deleted=None)] == [bob.pk]

    def test_a_better_plan_counts_at_once(self, image, alice):
        make_older(DAYS + 1, **listed_before(8))
        Account.objects.filter(user=alice).update(plan=Plan.objects.unlimited())
        collect()
        assert is_there(image)
        assert not is_listed(image)

    def test_after_it_a_lesser_one_gives_the_whole_notice_again(self, image, alice, plan):
        make_older(DAYS + 1, **listed_before(8))
        Account.objects.filter(user=alice).update(plan=Plan.objects.unlimited())
        collect()
        Account.objects.filter(user=alice).update(plan=plan)
        collect()
        assert is_there(image)
        assert retention.kept_until(Image.objects.get()) > now() + timedelta(days=6.9)

    def test_what_is_put_back_is_kept_for_a_week_more(self, image):
        make_older(DAYS + 1, **listed_before(8))
        collect()
        Image.objects.get().restore()
        collect()
        assert is_there(image)
        assert is_listed(image)

    @pytest.mark.parametrize("what", ["batch", "topic"])
    def test_so_is_what_is_put_back_with_its_request_or_topic(self, as_alice, image, what):
        row = image.job.batch if what == "batch" else image.job.batch.topic
        make_older(DAYS - 1, **listed_before(1))
        assert as_alice.post(reverse(f"{what}_delete", args=["studio", row.pk])).status_code < 400
        make_older(DAYS + 10, **listed_before(12))
        collect()
        assert as_alice.post(reverse(f"{what}_restore", args=["studio", row.pk])).status_code < 400
        collect()
        assert Image.objects.visible().filter(pk=image.pk).exists()
        assert Image.objects.get().listed > now() - timedelta(days=1)

    def test_much_goes_in_portions(self, studio, painter, plan, monkeypatch):
        monkeypatch.setattr(retention, "AT_ONCE", 2)
        ask(studio, painter, count=4)
        ask(studio, painter)
        draw_all()
        make_older(DAYS + 1)
        retention.list_going()
        assert Image.objects.exclude(listed=None).count() == 5
        Image.objects.update(**listed_before(8))
        assert retention.let_go() == 5

    @pytest.mark.django_db(transaction=True)
    def test_of_two_collectors_each_picture_goes_once_and_one_letter_is_sent(
        self, studio, painter, plan
    ):
        ask(studio, painter, count=4)
        draw_all()
        make_older(DAYS - 5)
        at_once(3, lambda number: retention.list_going())
        at_once(3, lambda number: letters.remind())
        assert len(mail.outbox) == 1
        make_older(DAYS + 1, **listed_before(8))
        assert sum(at_once(3, lambda number: retention.let_go())) == 4


class TestTheLetter:
    def test_one_letter_tells_of_all_of_somebodys_pictures(self, studio, painter, image, alice):
        ask(studio, painter, count=2)
        draw_all()
        make_older(DAYS - 6)
        collect()
        collect()
        (letter,) = mail.outbox
        assert letter.to == [alice.email]
        assert "3 pictures" in letter.subject
        assert "/gallery/going/" in letter.body

    def test_the_bell_says_the_same_once(self, as_alice, image, alice):
        make_older(DAYS - 6)
        collect()
        Account.objects.filter(user=alice).update(reminded=now() - timedelta(days=5.1))
        make_older(DAYS - 1, **listed_before(5.1))
        collect()
        (notice,) = Notice.objects.filter(user=alice)
        assert "A picture of yours goes on" in notice.text
        assert as_alice.get(notice.link).status_code == 200

    def test_it_is_in_its_readers_language(self, image, alice):
        Preference.objects.remember(alice, {"language": "de"})
        make_older(DAYS - 6)
        collect()
        assert "Papierkorb" in mail.outbox[0].body

    def test_a_last_one_is_sent_before_the_first_picture_goes(self, image, alice):
        make_older(DAYS - 6)
        collect()
        Account.objects.filter(user=alice).update(reminded=now() - timedelta(days=5.1))
        make_older(DAYS - 1, **listed_before(5.1))
        collect()
        assert len(mail.outbox) == 2
        collect()
        assert len(mail.outbox) == 2

    def test_whoever_draws_each_day_gets_no_letter_each_day(self, studio, painter, image):
        make_older(DAYS - 6)
        collect()
        for _ in range(3):
            ask(studio, painter)
            draw_all()
            Image.objects.filter(listed=None).update(created=now() - timedelta(days=DAYS - 6))
            collect()
        assert len(mail.outbox) == 1
        assert not Image.objects.filter(listed=None).exists()

    def test_the_owner_of_the_workspace_is_told_as_well_and_once(
        self, studio, painter, image, alice, bob, plan
    ):
        Account.objects.of(bob)
        Account.objects.filter(user=bob).update(plan=plan)
        ask(studio, painter, author=bob)
        draw_all()
        make_older(DAYS - 6)
        collect()
        collect()
        letters_by = {letter.to[0]: letter for letter in mail.outbox}
        assert len(mail.outbox) == 2
        assert "1 picture " in letters_by[bob.email].subject
        assert "1 picture of yours" in letters_by[bob.email].body
        assert "2 pictures of yours or in your workspaces" in letters_by[alice.email].body
        (notice,) = Notice.objects.filter(user=alice)
        assert notice.text.startswith("2 pictures of yours or in your workspaces go from")
        with override("de"):
            assert kept.shown(notice.text).startswith("2 Bilder von dir oder in deinen")

    @pytest.mark.parametrize("gone", ["left", "switched off"])
    def test_whoever_can_not_keep_them_any_more_is_told_nothing_but_the_owner_is(
        self, studio, painter, image, alice, bob, plan, gone
    ):
        Image.objects.all().delete()
        Account.objects.of(bob)
        Account.objects.filter(user=bob).update(plan=plan)
        ask(studio, painter, author=bob)
        draw_all()
        make_older(DAYS - 6)
        if gone == "left":
            studio.memberships.filter(user=bob).delete()
        else:
            type(bob).objects.filter(pk=bob.pk).update(is_active=False)
        collect()
        (letter,) = mail.outbox
        assert letter.to == [alice.email]
        assert "1 picture in a workspace of yours" in letter.body
        assert not Notice.objects.filter(user=bob).exists()

    def test_an_account_that_is_deleted_meanwhile_stops_nothing(
        self, studio, painter, image, alice, bob, plan, monkeypatch
    ):
        make_older(DAYS - 6)
        claim = reminders.claim

        def gone_meanwhile(user):
            if user == bob:
                raise Account.DoesNotExist
            return claim(user)

        monkeypatch.setattr(reminders, "people", lambda: iter([bob, alice]))
        monkeypatch.setattr(reminders, "claim", gone_meanwhile)
        collect()
        assert [letter.to for letter in mail.outbox] == [[alice.email]]

    def test_a_mail_server_that_is_away_is_asked_once_and_last_and_later_again(
        self, studio, painter, image, alice, bob, plan, monkeypatch
    ):
        Account.objects.of(bob)
        Account.objects.filter(user=bob).update(plan=plan)
        ask(studio, painter, author=bob)
        draw_all()
        make_older(DAYS - 6)
        orphan()
        asked = []

        def fail(*args, **kwargs):
            asked.append(default_storage.exists("generated/alice/studio/0123.png"))
            raise TimeoutError("no mail today")

        with monkeypatch.context() as away:
            away.setattr("django.core.mail.message.EmailMessage.send", fail)
            collect()
            assert asked == [False]
            bells = set(Notice.objects.values_list("pk", "user"))
            assert {user for _pk, user in bells} == {alice.pk, bob.pk}
        collect()
        assert sorted(letter.to[0] for letter in mail.outbox) == sorted([alice.email, bob.email])
        assert set(Notice.objects.values_list("pk", "user")) == bells

    def test_a_letter_that_is_refused_holds_up_no_other(
        self, studio, painter, image, alice, bob, plan, monkeypatch
    ):
        Account.objects.of(bob)
        Account.objects.filter(user=bob).update(plan=plan)
        ask(studio, painter, author=bob)
        draw_all()
        make_older(DAYS - 6)
        asked = []

        def refuse(letter, *args, **kwargs):
            asked.append(letter.to[0])
            raise SMTPRecipientsRefused({})

        monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
        collect()
        collect()
        assert sorted(asked) == sorted([alice.email, bob.email])

    def test_a_letter_that_can_not_be_sent_holds_up_nothing(self, image, monkeypatch):
        def fail(*args, **kwargs):
            raise OSError("no mail today")

        monkeypatch.setattr("django.core.mail.message.EmailMessage.send", fail)
        make_older(DAYS - 6)
        collect()
        assert is_listed(image)


class TestWhatPeopleSee:
    def page(self, client):
        return client.get("/gallery/going/").content.decode()

    def test_the_page_shows_what_goes_before_it_goes(self, as_alice, image):
        make_older(DAYS - 10)
        page = self.page(as_alice)
        assert image.small in page
        assert "Download 1 picture" in page
        make_older(DAYS - 20)
        assert "Nothing goes in the next two weeks" in self.page(as_alice)

    def test_where_no_plan_has_a_limit_it_says_so(self, as_alice, studio):
        assert "Nothing goes by itself" in self.page(as_alice)

    def test_others_see_it_as_far_as_they_see_the_pictures(self, as_bob, as_charlie, image):
        make_older(DAYS - 10)
        assert image.small in self.page(as_bob)
        assert image.small not in self.page(as_charlie)
        assert as_charlie.post("/gallery/going/download/").status_code == 404

    def test_all_of_it_is_downloaded_at_once(self, as_alice, image):
        make_older(DAYS - 10)
        answer = as_alice.post("/gallery/going/download/")
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        assert len([name for name in archive.namelist() if name.endswith(".png")]) == 1

    def test_more_than_a_zip_holds_comes_in_parts_and_what_goes_first_is_in_the_first(
        self, as_alice, as_charlie, studio, painter, bob, image, monkeypatch
    ):
        """Also when the first part's pictures go before the second is asked for."""
        monkeypatch.setattr(archive, "MOST", 2)
        longer = Plan.objects.create(slug="longer", name="Longer", kept_days=DAYS + 20)
        Account.objects.of(bob)
        Account.objects.filter(user=bob).update(plan=longer)
        ask(studio, painter, count=2)
        ask(studio, painter, count=2, author=bob)
        draw_all()
        images = list(Image.objects.order_by("job__batch_id", "job__index"))
        # Alice's go on days 9, 8, and 7, Bob's, who made his long before, on days 10 and 11.
        for picture, age in zip(images, (21, 22, 23, 40, 39), strict=True):
            created = now() - timedelta(days=age)
            Image.objects.filter(pk=picture.pk).update(created=created, listed=now())
        expected = [images[number].pk for number in (2, 1, 0, 3, 4)]

        page = self.page(as_alice)
        assert "5 pictures, and one ZIP holds 2" in page
        forms = re.findall(r'name="part" value="(\d)">(?:<input[^>]* value="([^"]+)">)?', page)
        assert [number for number, _ in forms] == ["1", "2", "3"]
        assert [after for _, after in forms] == ["", str(expected[1]), str(expected[3])]
        assert self.parts(as_alice, forms[:1]) == [expected[:2]]
        Image.objects.get(pk=expected[0]).trash()
        Image.objects.get(pk=expected[1]).trash()
        assert self.parts(as_alice, forms[1:]) == [expected[2:4], expected[4:]]
        sent = {"part": "2", "after": str(expected[1])}
        assert as_charlie.post("/gallery/going/download/", sent).status_code == 404
        for after in ("", "x", str(uuid7())):
            answer = as_alice.post("/gallery/going/download/", {"after": after})
            assert answer.status_code == 404

    def parts(self, client, forms):
        """The ids in each of the ZIPs."""
        found = []
        for part, after in forms:
            sent = {"part": part} | ({"after": after} if after else {})
            answer = client.post("/gallery/going/download/", sent)
            assert f"-part-{part}.zip" in answer["Content-Disposition"]
            zipped = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
            known = json.loads(zipped.read("manifest.json"))["images"]
            assert all(each["recipe"] for each in known)
            found.append([UUID(each["id"]) for each in known])
        return found

    def test_many_pictures_of_a_zip_ask_no_more_of_the_database(
        self, as_alice, studio, painter, image, django_assert_max_num_queries
    ):
        ask(studio, painter, count=4)
        ask(studio, painter, count=4)
        ask(studio, painter, count=4)
        draw_all()
        make_older(DAYS - 10)
        with django_assert_max_num_queries(12):
            as_alice.post("/gallery/going/download/").getvalue()

    def test_each_picture_says_until_when_it_is_kept(self, as_alice, program, image):
        day = (image.created + timedelta(days=DAYS)).date()
        page = as_alice.get(f"/w/studio/images/{image.pk}/").content.decode()
        assert f"until {day.day} {day:%b %Y}" in page
        answer = program.get(f"/api/image/{image.pk}?format=base64").json()
        assert answer["kept_until"].startswith(day.isoformat())

    def test_one_that_is_kept_for_ever_says_that(self, as_alice, program, image, plan):
        Plan.objects.filter(pk=plan.pk).update(kept_days=None)
        page = as_alice.get(f"/w/studio/images/{image.pk}/").content.decode()
        assert "until you delete it" in page
        assert program.get(f"/api/image/{image.pk}?format=base64").json()["kept_until"] is None

    def test_the_gallery_leads_there_while_something_goes(self, as_alice, image):
        assert "/gallery/going/" not in as_alice.get("/gallery/").content.decode()
        make_older(DAYS - 6)
        collect()
        assert "/gallery/going/" in as_alice.get("/gallery/").content.decode()

    def test_many_pictures_ask_no_more_of_the_database(
        self, as_alice, studio, painter, image, django_assert_max_num_queries
    ):
        ask(studio, painter, count=4)
        draw_all()
        make_older(DAYS - 10)
        with django_assert_max_num_queries(20):
            as_alice.get("/gallery/going/")
