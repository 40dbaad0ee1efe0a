"""The number on an account is what a person's pictures and uploads take, and bounds what comes."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from billing.models import Account, Plan, StorageFull
from generation import collector, meter
from generation.models import Batch, Image, Upload
from generation.storage import UPLOADS, stored_keys
from generation.submit import submit
from generation.tests.engine import ask, at_once, draw_all, request, without_cap
from generation.tests.pictures_for_tests import as_bytes, bring, picture

pytestmark = pytest.mark.both


def stored(user):
    return Account.objects.of(user).stored


def lies_there():
    """Bytes of all files of pictures and uploads."""
    return sum(default_storage.size(key) for key in [*stored_keys(), *stored_keys(UPLOADS)])


@pytest.fixture
def images(studio, painter):
    ask(studio, painter, count=2)
    draw_all()
    return list(Image.objects.order_by("id"))


@pytest.fixture
def full(alice):
    """Alice has no room left."""
    account = Account.objects.of(alice)
    account.plan = Plan.objects.create(slug="small", name="Small", storage_gb=0.5)
    account.stored = 2**29
    account.save()


class TestTheNumber:
    def test_it_is_what_the_files_take(self, studio, alice, bob, painter, images):
        bring(studio, picture())
        assert stored(alice) == lies_there() > 0
        assert stored(bob) == 0
        ask(studio, painter, author=bob)
        draw_all()
        assert stored(alice) + stored(bob) == lies_there()

    def test_the_same_upload_again_counts_once(self, studio, alice):
        bring(studio, picture())
        bring(studio, picture())
        assert stored(alice) == lies_there()

    def test_the_trash_counts_until_it_is_emptied(
        self, alice, images, django_capture_on_commit_callbacks
    ):
        before = stored(alice)
        images[0].trash()
        assert stored(alice) == before
        Image.objects.filter(pk=images[0].pk).update(deleted=now() - timedelta(days=31))
        with django_capture_on_commit_callbacks(execute=True):
            collector.empty_trash(now() - timedelta(days=30))
        assert stored(alice) == lies_there() < before

    def test_what_people_purge_counts_no_more(
        self, as_alice, alice, images, django_capture_on_commit_callbacks
    ):
        Batch.objects.get().trash()
        ids = [str(image.pk) for image in images]
        with django_capture_on_commit_callbacks(execute=True):
            as_alice.post("/gallery/act/", {"action": "purge", "ids": ids})
        assert not Image.objects.exists()
        assert stored(alice) == 0 == lies_there()

    def test_uploads_that_go_count_no_more(self, studio, alice, django_capture_on_commit_callbacks):
        bring(studio, picture())
        with django_capture_on_commit_callbacks(execute=True):
            collector.remove_uploads(now() + timedelta(days=1))
        assert stored(alice) == 0

    def test_a_workspace_that_goes_takes_its_part_along(
        self, studio, alice, bob, painter, images, django_capture_on_commit_callbacks
    ):
        ask(studio, painter, author=bob)
        bring(studio, picture())
        draw_all()
        with django_capture_on_commit_callbacks(execute=True):
            studio.delete_with_everything()
        assert (stored(alice), stored(bob), lies_there()) == (0, 0, 0)

    def test_each_night_it_is_counted_anew(self, alice, bob, images):
        Account.objects.of(bob)
        Account.objects.update(stored=7)
        collector.collect()
        assert (stored(alice), stored(bob)) == (lies_there(), 0)
        Account.objects.update(stored=7)
        collector.collect()
        assert stored(alice) == 7  # not every hour

    def test_pictures_of_before_are_weighed(self, alice, images):
        Image.objects.update(extra_bytes=0)
        meter.recount_all()
        assert stored(alice) == lies_there()

    def test_it_is_never_less_than_nothing(self, alice):
        Account.objects.of(alice)
        Account.objects.store(alice.pk, -5)
        assert stored(alice) == 0

    @pytest.mark.django_db(transaction=True)
    def test_counting_while_pictures_come_loses_none(self, studio, alice, painter):
        without_cap(alice)
        for _ in range(3):
            ask(studio, painter, count=4)
        done = at_once(2, lambda number: draw_all() if number else _count_often(alice))
        assert done == [None, None]
        assert stored(alice) == lies_there() > 0


def _count_often(user):
    for _ in range(20):
        meter.recount(user.pk)


class TestTheLimit:
    def test_who_has_no_room_is_told_and_nothing_is_begun(self, studio, painter, full):
        with pytest.raises(StorageFull, match=r"all of the 512.0.MB that your plan gives"):
            ask(studio, painter)
        assert not Batch.objects.exists()
        assert Account.objects.get(user=studio.owner).held == 0

    def test_nor_is_an_upload_taken(self, as_alice, studio, full):
        file = SimpleUploadedFile("x.png", as_bytes(picture()))
        answer = as_alice.post("/w/studio/uploads/", {"file": file}, HTTP_ACCEPT="application/json")
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "storage_full"
        assert not Upload.objects.exists()

    def test_with_a_little_room_and_without_a_limit_it_goes_on(self, studio, painter, full):
        Account.objects.update(stored=2**29 - 1)
        ask(studio, painter)
        Account.objects.update(stored=2**40)
        Plan.objects.update(storage_gb=None)
        ask(studio, painter)

    def test_a_request_adds_nothing_up(self, studio, painter, full):
        Account.objects.update(stored=0)
        ask(studio, painter)
        with CaptureQueriesContext(connection) as asked:
            submit(request(studio, painter))
        assert [each for each in asked if "sum(" in each["sql"].lower()] == []


class TestWhatPeopleSee:
    def test_profile_and_gallery_show_it(self, as_alice, images, full):
        for page in ("/account/units/", "/gallery/"):
            shown = as_alice.get(page).content.decode().replace("\xa0", " ")
            assert "512.0 MB of 512.0 MB used" in shown
        Plan.objects.update(storage_gb=None)
        assert "512.0 MB used" in as_alice.get("/account/units/").content.decode().replace(
            "\xa0", " "
        )
