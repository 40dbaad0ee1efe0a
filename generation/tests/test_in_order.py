"""Who changes several rows locks them in one order: nobody waits for each other in a ring."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import Preference
from accounts.preferences import KNOWN
from generation import collector, topics, uploads
from generation.gallery.acting import act
from generation.gallery.moving import move
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image
from generation.own import Pictures
from generation.storage import stored_keys
from generation.tests.engine import ask, at_once, draw_all, without_cap
from generation.tests.pictures_for_tests import as_bytes, picture
from workspaces.models import Topic

pytestmark = pytest.mark.both

SWITCHES = sorted(key for key, known in KNOWN.items() if known.default in (True, False))
races = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one writer at a time: there is no race to lose"
)


@pytest.fixture
def pictures(studio, painter, alice):
    without_cap(alice)
    for number in range(6):
        ask(studio, painter, prompt=f"boat {number}")
    draw_all()
    return list(Image.objects.order_by("id"))


def is_in_order(sql, table):
    """All rows of one table alone, by its key; SQLite's dialect leaves the locking out."""
    own = rf'"{table}"\."id"'
    said = rf'SELECT {own}( AS "pk")? FROM "{table}" WHERE .* ORDER BY (1|{own}) ASC'
    return re.match(said, sql) and "JOIN" not in sql


def changes(work, table):
    """The statements on a table from the one before its first UPDATE on."""
    with CaptureQueriesContext(connection) as asked:
        work()
    said = [each["sql"] for each in asked if f'"{table}"' in each["sql"]]
    first = next(number for number, sql in enumerate(said) if sql.startswith("UPDATE"))
    return said[first - 1 :]


def test_requests_are_locked_by_id_before_they_are_moved(pictures, alice, studio):
    harbour = Topic.objects.create(workspace=studio, name="Harbour")
    rooms = Rooms.of(alice)
    statements = changes(
        lambda: move(str(harbour.pk), Image.objects.all(), rooms), "generation_batch"
    )
    assert is_in_order(statements[0], "generation_batch")


@pytest.mark.parametrize("action", [("rate", "3"), ("star", "1"), ("trash", "")])
def test_pictures_are_locked_by_id_before_they_are_marked(pictures, alice, action):
    statements = changes(
        lambda: act(*action, Image.objects.all(), Rooms.of(alice)), "generation_image"
    )
    assert is_in_order(statements[0], "generation_image")


def locked_first(work):
    """The tables of which rows were locked by id before the first row of any was deleted."""
    with CaptureQueriesContext(connection) as asked:
        work()
    said = [each["sql"] for each in asked]
    gone = next(number for number, sql in enumerate(said) if sql.startswith("DELETE"))
    tables = ("generation_batch", "generation_image", "generation_upload")
    locked = [table for sql in said[:gone] for table in tables if is_in_order(sql, table)]
    return list(dict.fromkeys(locked))


def test_requests_and_then_pictures_are_locked_by_id_before_these_go_for_good(pictures, alice):
    Image.objects.update(deleted=now())
    locked = locked_first(lambda: act("purge", "", Image.objects.all(), Rooms.of(alice)))
    assert locked == ["generation_batch", "generation_image"]


@pytest.mark.parametrize(
    ("thrown", "tables"),
    [(Batch, ["generation_batch", "generation_image"]), (Image, ["generation_image"])],
)
def test_what_lay_in_the_trash_for_long_is_locked_by_id_before_it_goes(pictures, thrown, tables):
    thrown.objects.update(deleted=now() - timedelta(days=31))
    assert locked_first(lambda: collector.empty_trash(now())) == tables
    assert not Image.objects.exists()


def test_old_uploads_are_locked_by_id_before_they_go(studio, alice):
    uploads.receive(studio, alice, SimpleUploadedFile("x", as_bytes(picture())))
    assert locked_first(lambda: collector.remove_uploads(now())) == ["generation_upload"]


def test_what_somebody_made_who_leaves_is_locked_by_id_before_it_goes(pictures, studio, alice):
    assert locked_first(lambda: Pictures().remove(alice)) == [
        "generation_batch",
        "generation_image",
    ]
    uploads.receive(studio, alice, SimpleUploadedFile("x", as_bytes(picture())))
    assert locked_first(lambda: Pictures().remove(alice)) == ["generation_upload"]
    assert not Batch.objects.exists()
    assert not list(stored_keys())


def test_the_requests_of_a_topic_are_locked_by_id_before_they_go_or_come_with_it(pictures):
    topic = Batch.objects.first().topic
    for work in (topics.trash, topics.restore):
        with CaptureQueriesContext(connection) as asked:
            assert work(topic)
        # Before pictures, too, which are found by their requests.
        first = next(each["sql"] for each in asked if "generation_batch" in each["sql"])
        assert is_in_order(first, "generation_batch")
    assert not Batch.objects.exclude(deleted=None).exists()


def test_tags_are_locked_by_id_before_they_are_taken_off_and_words_written_in_order(
    pictures, alice
):
    rooms = Rooms.of(alice)
    act("tag", "sea", Image.objects.order_by("-id"), rooms)
    with CaptureQueriesContext(connection) as asked:
        act("untag", "sea", Image.objects.order_by("-id"), rooms)
    said = [each["sql"] for each in asked]
    gone = next(number for number, sql in enumerate(said) if sql.startswith("DELETE"))
    before = [sql for sql in said[:gone] if 'FROM "generation_imagetag"' in sql]
    assert any(is_in_order(sql, "generation_imagetag") for sql in before)
    read = [sql for sql in said[gone:] if 'FROM "generation_image"' in sql]
    assert re.search(r'ORDER BY (1|"generation_image"\."id") ASC', read[0])


@pytest.mark.django_db
def test_a_person_is_locked_before_their_preferences(alice):
    with CaptureQueriesContext(connection) as asked:
        Preference.objects.remember(alice, dict.fromkeys(SWITCHES, True))
    said = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert 'FROM "accounts_user"' in said[0]
    assert "accounts_preference" in said[1]


@races
@pytest.mark.django_db(transaction=True)
def test_tabs_that_remember_the_same_in_any_order_all_come_through(alice):
    def remember(number):
        for turn in range(40):
            keys = SWITCHES[:: 1 if (number + turn) % 2 else -1]
            gone = turn % 3 == 0
            Preference.objects.remember(alice, dict.fromkeys(keys, None if gone else True))

    assert at_once(4, remember) == [None] * 4


@races
@pytest.mark.django_db(transaction=True)
def test_moves_of_the_same_pictures_to_several_topics_all_come_through(pictures, alice, studio):
    topics = [Topic.objects.create(workspace=studio, name=f"Topic {n}") for n in range(4)]
    pks = [image.pk for image in pictures]

    def put(number):
        for turn in range(20):
            topic = topics[(number + turn) % 4]
            move(str(topic.pk), Image.objects.filter(pk__in=pks), Rooms.of(alice))

    assert at_once(4, put) == [None] * 4
    assert Batch.objects.count() == 6
