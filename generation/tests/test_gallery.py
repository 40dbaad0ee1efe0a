"""The gallery: found by words and filters, marked and thrown away by the hundred, nobody else's."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import Preference
from billing.models import Account, Plan
from generation.gallery import acting, pages
from generation.gallery import words as gallery_words
from generation.gallery.archive import table
from generation.models import Batch, Image, ImageTag, ImageWords, SmartView
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, words
from pixazo.backup.underway import underway
from pixazo.prepared import Among
from workspaces.models import Deed, Membership, Workspace

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _no_cap(alice, bob):
    for person in (alice, bob):
        Account.objects.of(person)
    Account.objects.update(plan=Plan.objects.unlimited())


@pytest.fixture
def pictures(studio, painter):
    """A lighthouse, a boat, a castle."""
    for prompt in ("a red lighthouse", "a white boat at sea", "a purple castle"):
        ask(studio, painter, prompt=prompt, seed=7)
        draw_all()
    return list(Image.objects.order_by("id"))


def seen(client, query="", path="/gallery/"):
    page = client.get(f"{path}?{query}")
    assert page.status_code == 200
    return [image.alt for image in page.context["page"].images]


def act(client, action, images=(), **fields):
    data = {"action": action, "ids": [str(image.pk) for image in images], **fields}
    return client.post("/gallery/act/", data, **FETCH)


def done(client, action, images=(), **fields):
    return act(client, action, images, **fields).json()["count"]


# --- Whose pictures ---


def test_all_ones_pictures_are_there_newest_first(as_alice, pictures):
    assert seen(as_alice) == ["a purple castle", "a white boat at sea", "a red lighthouse"]


def test_those_of_workspaces_shared_with_somebody_are_theirs_to_see(as_bob, pictures):
    assert len(seen(as_bob)) == 3


def test_strangers_see_nothing(as_charlie, client, pictures):
    assert seen(as_charlie) == []
    assert client.get("/gallery/").status_code == 302
    assert done(as_charlie, "star", pictures, value="1") == 0
    assert not Image.objects.filter(starred=True).exists()


# --- Found again ---


def test_enter_in_a_dialog_does_what_it_asks_and_not_the_opposite(as_alice, pictures):
    page = as_alice.get("/gallery/").content.decode()
    [dialog] = re.findall(r'<dialog[^>]* data-ask="tag".*?</dialog>', page, re.DOTALL)
    first, *_ = re.findall(r'<button (?!type="button")[^>]*value="(\w+)"', dialog)
    assert first == "tag"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lighthouse", ["a red lighthouse"]),
        ("q=LIGHT", ["a red lighthouse"]),
        ("q=sea+boat", ["a white boat at sea"]),
        ("q=sea+castle", []),
        ("q=painter", 3),
        ("q=7", 3),
        ("q=nowhere", []),
        ("q=%22%2B-*%28", 3),
        ("q=%22NEAR%28", []),
        ("model=Painter", 3),
        ("model=Other", []),
        ("shape=square", 3),
        ("shape=wide", []),
        ("mode=text", 3),
        ("mode=image", []),
        ("mode=nonsense", 3),
        ("since=2000-01-01&until=2099-12-31", 3),
        ("until=2000-01-01", []),
        ("since=yesterday", 3),
        ("steps_from=1&steps_to=4", 3),
        ("steps_from=5", []),
        ("workspace=studio", 3),
        ("workspace=other", []),
        ("order=oldest", ["a red lighthouse", "a white boat at sea", "a purple castle"]),
    ],
)
def test_words_and_filters_find(as_alice, pictures, query, found):
    result = seen(as_alice, query)
    assert (len(result) if isinstance(found, int) else result) == found


def test_filters_are_chips_that_can_be_taken_back(as_alice, pictures):
    page = as_alice.get("/gallery/?q=nowhere&rating=4")
    assert "Nothing matches" in words(page)
    assert 'href="?rating=4"' in page.content.decode()
    assert 'href="?q=nowhere"' in page.content.decode()


def test_tags_stars_and_ratings_find_too(as_alice, pictures):
    lighthouse, boat, _ = pictures
    assert done(as_alice, "tag", [lighthouse, boat], value="coast, east") == 2
    assert done(as_alice, "star", [boat], value="1") == 1
    assert done(as_alice, "rate", [lighthouse], value="5") == 1
    assert len(seen(as_alice, "tag=coast+east")) == 2
    assert len(seen(as_alice, "q=coast")) == 2
    assert seen(as_alice, "starred=1") == [boat.alt]
    assert seen(as_alice, "rating=4") == [lighthouse.alt]
    assert seen(as_alice, "order=rating")[0] == lighthouse.alt
    assert done(as_alice, "untag", [boat], value="coast east") == 1
    assert seen(as_alice, "q=coast") == [lighthouse.alt]


def test_a_tag_twice_is_one(as_alice, pictures):
    for _ in range(2):
        done(as_alice, "tag", pictures[:1], value="coast")
    assert ImageTag.objects.count() == 1


def test_a_description_of_ones_own_is_found_and_kept(as_alice, pictures):
    address = f"/gallery/images/{pictures[0].pk}/describe/"
    assert as_alice.post(address, {"alt": " A tower\nby night "}, **FETCH).json() == {
        "alt": "A tower by night"
    }
    assert seen(as_alice, "q=tower") == ["A tower by night"]
    assert seen(as_alice, "q=lighthouse") == ["A tower by night"]


def test_nobody_describes_what_they_may_only_look_at(as_bob, as_charlie, bob, pictures):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    for client in (as_bob, as_charlie):
        answer = client.post(f"/gallery/images/{pictures[0].pk}/describe/", {"alt": "mine"})
        assert answer.status_code == 404


def test_words_go_with_their_picture(pictures):
    Image.objects.first().delete()
    assert ImageWords.objects.count() == 2
    assert not ImageWords.objects.filter(text__contains="castle").exists()
    assert not gallery_words.matching(Image.objects.all(), "castle").exists()


# --- Page by page ---


@pytest.fixture
def begin_with(monkeypatch):
    def so_many(many, then=60):
        monkeypatch.setattr(pages, "FIRST", many)
        monkeypatch.setattr(pages, "PAGE", then)
        # Or what is put together once would hold these numbers for later tests too.
        monkeypatch.setattr(pages, "_NEWEST", Among(pages._newest_in, UUID))
        monkeypatch.setattr(pages, "_AFTER", Among(pages._newest_in, UUID, after=UUID))

    return so_many


@pytest.mark.parametrize("order", ["newest", "oldest", "rating"])
def test_every_picture_is_on_exactly_one_page(as_alice, pictures, order, begin_with):
    begin_with(2)
    Image.objects.filter(pk=pictures[1].pk).update(rating=3)
    first = as_alice.get(f"/gallery/?order={order}").context["page"]
    rest = as_alice.get(f"/gallery/?order={order}&after={first.after}").context["page"]
    assert (len(first.images), len(rest.images), rest.after) == (2, 1, "")
    assert {image.pk for image in [*first.images, *rest.images]} == {each.pk for each in pictures}


def test_a_page_that_is_full_leads_to_the_next(as_alice, pictures, begin_with):
    begin_with(1, then=1)
    seen, after = [], ""
    for _ in pictures:
        page = as_alice.get(f"/gallery/?after={after}").context["page"]
        seen += [image.pk for image in page.images]
        after = page.after
    assert seen == [each.pk for each in reversed(pictures)]
    assert after == ""


def test_after_nonsense_the_newest_come(as_alice, pictures, begin_with):
    begin_with(2)
    page = as_alice.get("/gallery/?after=nonsense").context["page"]
    assert [image.pk for image in page.images] == [pictures[2].pk, pictures[1].pk]
    assert page.after


def test_pictures_stand_under_their_days(as_alice, pictures):
    Image.objects.filter(pk=pictures[0].pk).update(created=datetime(2026, 5, 1, tzinfo=UTC))
    days = as_alice.get("/gallery/").context["page"].days
    assert [len(day.images) for day in days] == [2, 1]


def test_a_day_is_named_as_the_reader_names_days_and_claims_no_number(as_alice, alice, pictures):
    """What is loaded of a day need not be all of it."""

    def heads():
        page = as_alice.get("/gallery/").content.decode()
        return [head.strip() for head in re.findall(r'<h2 class="day num">(.*?)</h2>', page)]

    Image.objects.filter(pk=pictures[0].pk).update(created=datetime(2026, 5, 1, tzinfo=UTC))
    assert heads() == ["Today", "1 May 2026"]
    Preference.objects.remember(alice, {"language": "de"})
    assert heads() == ["Heute", "1. Mai 2026"]


def test_many_pictures_cost_no_more_queries_than_few(as_alice, studio, painter, pictures):
    def queries(query=""):
        with CaptureQueriesContext(connection) as captured:
            as_alice.get(f"/gallery/?{query}")
        return len(captured)

    few = queries()
    ask(studio, painter, count=4)
    draw_all()
    assert queries() == few
    assert few <= 8
    assert queries("q=red&rating=1&tag=x&shape=wide") <= 8


def test_the_models_to_filter_by_are_those_that_made_what_is_there(
    as_alice, as_charlie, pictures, django_assert_max_num_queries
):
    Image.objects.filter(pk=pictures[0].pk).update(model_name="One that went <1>")
    with django_assert_max_num_queries(5):
        answer = as_alice.get("/gallery/models/")
    offered = re.findall('<option value="(.*?)">', answer.text)
    assert offered == sorted(["One that went &lt;1&gt;", escape(pictures[1].model_name)])
    assert "<option" not in as_charlie.get("/gallery/models/").text
    # Of what is in the trash none would be found.
    act(as_alice, "trash", pictures[:1])
    assert "One that went" not in as_alice.get("/gallery/models/").text
    # The field of each page finds them there.
    page = as_alice.get("/gallery/").text
    assert 'models="/gallery/models/"' in page
    assert 'list="f-models"' in page


# --- Many at once ---


def test_all_that_match_are_meant_not_only_those_of_the_page(as_alice, pictures, begin_with):
    begin_with(1)
    page = as_alice.get("/gallery/?q=a")
    until = page.context["newest"]
    assert done(as_alice, "star", query="q=a", until=str(until), value="1") == 3


def test_what_came_after_the_page_was_read_is_not_among_them(as_alice, studio, painter, pictures):
    until = as_alice.get("/gallery/").context["newest"]
    ask(studio, painter, prompt="a late one")
    draw_all()
    assert done(as_alice, "trash", query="", until=str(until)) == 3
    assert seen(as_alice) == ["a late one"]


def test_an_editor_throws_away_only_what_is_theirs(as_bob, bob, studio, painter, pictures):
    ask(studio, painter, author=bob, prompt="Bob's own")
    draw_all()
    assert done(as_bob, "trash", query="", tab="all") == 1
    assert Image.objects.visible().count() == 3
    assert done(as_bob, "rate", query="", value="2") == 3


def test_who_only_looks_changes_nothing(as_bob, bob, pictures):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    for action, value in (("star", "1"), ("rate", "3"), ("tag", "x"), ("trash", "")):
        assert done(as_bob, action, pictures, value=value) == 0


def test_the_trash_gives_back_and_forgets(as_alice, pictures):
    assert done(as_alice, "trash", pictures[:2]) == 2
    assert len(seen(as_alice)) == 1
    assert len(seen(as_alice, path="/gallery/trash/")) == 2
    assert done(as_alice, "restore", pictures[:1]) == 1
    assert len(seen(as_alice)) == 2
    kept = pictures[1].original
    assert default_storage.exists(kept)
    assert done(as_alice, "purge", query="", tab="trash") == 1
    assert Image.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_files_go_after_their_rows(as_alice, pictures):
    done(as_alice, "trash", pictures[:1])
    done(as_alice, "purge", pictures[:1])
    assert not any(default_storage.exists(key) for key in pictures[0].keys)


@pytest.mark.django_db(transaction=True)
def test_files_that_a_backup_may_need_stay_until_it_is_made(as_alice, pictures):
    done(as_alice, "trash", pictures[:1])
    with underway():
        assert done(as_alice, "purge", pictures[:1]) == 1
    assert all(default_storage.exists(key) for key in pictures[0].keys)


@pytest.mark.parametrize("way", ["alone", "with its request"])
def test_what_is_brought_back_while_others_are_deleted_for_good_stays(
    as_alice, alice, studio, pictures, monkeypatch, way
):
    thrown = pictures[0] if way == "alone" else pictures[0].job.batch
    for each in (thrown, pictures[1]):
        each.trash()

    def portions(images):
        pks = list(images.values_list("pk", flat=True))
        thrown.restore()
        return iter([pks])

    monkeypatch.setattr(acting, "_portions", portions)
    assert done(as_alice, "purge", query="", tab="trash") == 1
    assert list(Image.objects.order_by("id")) == [pictures[0], pictures[2]]
    assert all(default_storage.exists(key) for key in pictures[0].keys)
    told = Deed.objects.get(workspace=studio, kind=Deed.Kind.PURGED)
    assert (told.by, told.count) == (alice, 1)


def test_what_is_not_in_the_trash_is_not_deleted_for_good(as_alice, pictures):
    assert done(as_alice, "purge", pictures) == 0
    assert Image.objects.count() == 3


def test_what_went_with_its_request_comes_back_with_it(as_alice, pictures):
    Batch.objects.get(prompt="a red lighthouse").trash()
    assert seen(as_alice, path="/gallery/trash/") == ["a red lighthouse"]
    assert done(as_alice, "restore", pictures[:1]) == 1
    assert len(seen(as_alice)) == 3


@pytest.mark.parametrize(
    ("action", "value"), [("explode", ""), ("rate", "6"), ("rate", ""), ("tag", " , ")]
)
def test_what_can_not_be_done_is_refused_in_a_sentence(as_alice, pictures, action, value):
    answer = act(as_alice, action, pictures, value=value)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_ids_that_are_none_are_left_out(as_alice, pictures):
    data = {"action": "star", "value": "1", "ids": ["nonsense", str(pictures[0].pk)]}
    assert as_alice.post("/gallery/act/", data, **FETCH).json() == {"count": 1}


# --- Carried away ---


def opened(response):
    content = b"".join(response.streaming_content)
    assert len(content) == int(response.get("Content-Length", len(content)))
    return zipfile.ZipFile(io.BytesIO(content))


def test_a_selection_is_a_zip_with_what_it_was_made_from(as_alice, pictures):
    done(as_alice, "tag", pictures[:1], value="coast")
    ids = [str(image.pk) for image in pictures[:2]]
    archive = opened(as_alice.post("/gallery/download/", {"ids": ids}))
    names = archive.namelist()
    assert len(names) == len(set(names)) == 4
    manifest = json.loads(archive.read("manifest.json"))
    assert {each["file"] for each in manifest["images"]} <= set(names)
    assert {tuple(each["tags"]) for each in manifest["images"]} == {("coast",), ()}
    assert all(each["description"] for each in manifest["images"])
    rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))
    assert [row["description"] for row in rows] == [row["prompt"] for row in rows]
    assert {row["prompt"] for row in rows} == {"a red lighthouse", "a white boat at sea"}
    with default_storage.open(pictures[0].original) as file:
        assert archive.read(next(name for name in names if "lighthouse" in name)) == file.read()


def test_many_pictures_are_read_while_they_are_sent_and_none_is_left_out(
    as_alice, pictures, monkeypatch
):
    monkeypatch.setattr("generation.gallery.archive.MOST", 1)
    monkeypatch.setattr("generation.gallery.archive.AT_ONCE", 1)
    answer = as_alice.post("/gallery/download/", {"query": ""})
    assert not answer.has_header("Content-Length")
    archive = opened(answer)
    count = Image.objects.count()
    assert count > 1
    assert sum(name.endswith(".png") for name in archive.namelist()) == count
    assert len(json.loads(archive.read("manifest.json"))["images"]) == count
    table = as_alice.post("/gallery/download/", {"query": "", "as": "csv"})
    lines = b"".join(table.streaming_content).decode()
    assert len(list(csv.DictReader(io.StringIO(lines)))) == count
    assert lines == archive.read("manifest.csv").decode()


def test_a_request_is_a_zip_of_its_finished_pictures(as_alice, as_charlie, studio, painter):
    batch = ask(studio, painter, prompt="=SUM(A1)", count=3)
    assert as_alice.get(f"/w/studio/batches/{batch.pk}/download/").status_code == 404
    draw_all()
    archive = opened(as_alice.get(f"/w/studio/batches/{batch.pk}/download/"))
    assert sum(name.endswith(".png") for name in archive.namelist()) == 3
    # What a spreadsheet would run is made plain text.
    assert "'=SUM(A1)" in archive.read("manifest.csv").decode()
    assert as_charlie.get(f"/w/studio/batches/{batch.pk}/download/").status_code == 404


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20"])
def test_no_cell_of_a_table_is_a_formula(studio, painter, sign):
    ask(studio, painter, prompt="a boat")
    draw_all()
    Batch.objects.update(prompt=f"{sign}1+1", negative_prompt=f"a {sign}1+1")
    row = next(csv.DictReader(io.StringIO("".join(table(Image.objects.all())), newline="")))
    assert row["prompt"] == f"'{sign}1+1"
    assert row["negative_prompt"] == f"a {sign}1+1"


def test_a_table_alone(as_alice, pictures):
    answer = as_alice.post("/gallery/download/", {"query": "q=boat", "as": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["prompt"] for row in rows] == ["a white boat at sea"]


def test_nobody_carries_away_what_is_not_theirs(as_charlie, pictures):
    ids = [str(image.pk) for image in pictures]
    assert as_charlie.post("/gallery/download/", {"ids": ids}).status_code == 404
    assert as_charlie.post("/gallery/download/", {"query": ""}).status_code == 404


# --- Kept searches ---


def test_a_search_is_kept_under_a_name_and_forgotten(as_alice, as_bob, pictures):
    kept = as_alice.post("/gallery/views/", {"name": "Coast", "query": "q=sea&evil=1"}, **FETCH)
    assert "Coast" in words(kept)
    view = SmartView.objects.get()
    assert view.query == "q=sea"
    as_alice.post("/gallery/views/", {"name": "Coast", "query": "q=boat"}, **FETCH)
    assert SmartView.objects.get().query == "q=boat"
    assert "Coast" not in words(as_bob.get("/gallery/"))
    assert as_bob.post(f"/gallery/views/{view.pk}/delete/").status_code == 404
    assert as_alice.post(f"/gallery/views/{view.pk}/delete/").status_code == 200
    assert not SmartView.objects.exists()


def test_a_view_needs_a_name(as_alice):
    assert as_alice.post("/gallery/views/", {"name": " ", "query": "q=x"}).status_code == 400


def test_uploads_stand_apart(as_alice, studio):
    assert "No uploads" in words(as_alice.get("/gallery/uploads/"))


def test_an_empty_gallery_leads_to_the_first_picture(as_alice, alice):
    Workspace.found(alice, "Empty")
    assert "Make the first one" in words(as_alice.get("/gallery/"))
    assert "The trash is empty" in words(as_alice.get("/gallery/trash/"))


@pytest.mark.parametrize(
    "chosen", [{"hints_closed": ["gallery-choosing"]}, {"hints": False}], ids=["one", "all"]
)
def test_a_hint_is_there_until_it_is_closed_or_all_are(as_alice, alice, pictures, chosen):
    assert 'first-hint name="gallery-choosing"' in as_alice.get("/gallery/").content.decode()
    Preference.objects.remember(alice, chosen)
    assert "<first-hint" not in as_alice.get("/gallery/").content.decode()
