"""Topics in the studio: the feed of one, its cover, its trash; who may; both pages over them."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from billing.models import Account, Plan
from generation import collector, topics
from generation.models import Batch, Image, Job
from generation.queue import pauses
from generation.submit import submit
from generation.tests.engine import ask, draw_all
from generation.tests.test_submit import request as wanted
from pixazo.models import Event
from workspaces.models import Draft, Membership, Topic, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def foxes(studio, alice):
    Account.objects.of(alice)
    Account.objects.update(plan=Plan.objects.unlimited())
    return studio.topics.create(name="Foxes", author=alice)


def address(name, studio, *args):
    return reverse(name, args=[studio.slug, *args])


def rows(page):
    return re.findall(r'data-topic="([^"]*)"( aria-current="true")?', page.content.decode())


def cards(page):
    return re.findall(r'id="batch-([^"]+)"', page.content.decode())


def listed(studio):
    return topics.listed(studio.topics.living(), 50)


def test_a_topic_whose_work_is_all_paused_says_so_and_not_that_it_is_drawing(
    as_alice, studio, painter, foxes, alice
):
    ask(studio, painter, topic=foxes, count=2)
    Topic.objects.filter(pk=foxes.pk).update(name="Foxes")
    rows_of = address("topics", studio)
    assert "drawing" in as_alice.get(rows_of).content.decode()
    pauses.pause(alice)
    page = as_alice.get(rows_of).content.decode()
    assert "paused" in page
    assert 'class="dot' not in page
    Job.objects.filter(pk=Job.objects.order_by("pk").first().pk).update(state=Job.State.RUNNING)
    page = as_alice.get(rows_of).content.decode()
    assert "paused" not in page
    assert 'class="dot' in page


def test_the_feed_is_that_of_the_topic(as_alice, studio, painter, foxes):
    fox = ask(studio, painter, topic=foxes)
    house = ask(studio, painter)
    for name in ("studio", "feed"):
        page = address(name, studio)
        assert cards(as_alice.get(f"{page}?topic={foxes.pk}")) == [str(fox.pk)]
        assert cards(as_alice.get(page)) == [str(house.pk), str(fox.pk)]


def test_the_next_page_of_a_topic_stays_in_it(as_alice, studio, painter, foxes):
    made = [ask(studio, painter, topic=foxes) for _ in range(22)]
    ask(studio, painter)
    page = as_alice.get(f"{address('feed', studio)}?topic={foxes.pk}&here=playground")
    assert cards(page) == [str(batch.pk) for batch in made[:11:-1]]
    more = re.search(r'data-fragment="([^"]+)"', page.content.decode()).group(1)
    assert cards(as_alice.get(more.replace("&amp;", "&"))) == [str(b.pk) for b in made[11::-1]]


def test_a_new_one_is_never_somebody_elses(studio, alice, bob):
    hers = topics.new_in(studio, alice)
    assert topics.new_in(studio, alice) == hers
    theirs = topics.new_in(studio, bob)
    assert (theirs.author, theirs == hers) == (bob, False)
    assert topics.new_in(studio, bob) == theirs


def test_an_empty_one_is_not_given_again_while_somebody_writes_in_it(studio, as_alice):
    first = as_alice.post(address("topic_new", studio), headers={"X-Requested-With": "fetch"})
    again = as_alice.post(
        address("topic_new", studio),
        {"begun": first["X-Topic"]},
        headers={"X-Requested-With": "fetch"},
    )
    assert again.status_code == 201
    assert again["X-Topic"] != first["X-Topic"]
    nonsense = as_alice.post(
        address("topic_new", studio), {"begun": "?"}, headers={"X-Requested-With": "fetch"}
    )
    assert nonsense["X-Topic"] in (first["X-Topic"], again["X-Topic"])


def test_a_request_locks_its_topic_last(studio, painter, foxes):
    """On PostgreSQL whoever else asks for something there waits for that lock."""
    batch = wanted(studio, painter, topic=foxes)
    with CaptureQueriesContext(connection) as asked:
        submit(batch)
    said = [each["sql"] for each in asked.captured_queries]
    at = {
        name: next(i for i, sql in enumerate(said) if sql.startswith(f'{name}"'))
        for name in (
            'UPDATE "workspaces_topic',
            'UPDATE "billing_account',
            'INSERT INTO "generation_job',
        )
    }
    assert max(at, key=at.__getitem__) == 'UPDATE "workspaces_topic'


def test_the_form_draws_into_its_topic_and_names_it(as_alice, studio, painter):
    topic = topics.new_in(studio, studio.owner)
    form = {"model": "painter", "prompt": "a grey boat, dusk", "topic": topic.pk}
    assert as_alice.post(address("generate", studio), form).status_code == 302
    batch = Batch.objects.get()
    assert batch.topic == topic
    assert Topic.objects.get(pk=topic.pk).name == "Grey boat"


@pytest.mark.parametrize("topic", ["nonsense", "01a1fd14-cdc1-785d-b1eb-fdf9756761c4"])
def test_a_topic_that_is_not_there_is_refused_in_words(as_alice, studio, painter, topic):
    form = {"model": "painter", "prompt": "a boat", "topic": topic}
    answer = as_alice.post(
        address("generate", studio), form, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert (
        answer.json()["error"]["message"] == "This topic is not there any more. Choose another one."
    )


def test_a_topic_in_the_trash_takes_no_request(studio, painter, foxes):
    batch = wanted(studio, painter, topic=foxes)
    stale = wanted(studio, painter, topic=Topic.objects.get(pk=foxes.pk))
    topics.trash(foxes)
    for each in (batch, stale):
        with pytest.raises(ValidationError, match="in the trash"):
            submit(each)
    assert not Batch.objects.exists()


def test_the_cover_is_the_first_success_and_the_next_after_its_deletion(studio, painter):
    topic = studio.default_topic
    assert listed(studio)[0].picture is None
    ask(studio, painter)
    ask(studio, painter)
    assert listed(studio)[0].drawing == 2
    draw_all()
    first, second = Image.objects.order_by("id")
    row = listed(studio)[0]
    assert (row.images, row.drawing) == (2, 0)
    assert row.picture.url == f"/{first.small}"
    first.trash()
    assert listed(studio)[0].picture.url == f"/{second.small}"
    second.job.batch.trash()
    assert listed(studio)[0].picture is None
    first.restore()
    assert listed(studio)[0].picture.url == f"/{first.small}"
    assert topic.cover is None


def test_a_chosen_cover_stays_while_it_is_there(as_alice, studio, painter, foxes):
    for _ in range(2):
        ask(studio, painter)
    other = ask(studio, painter, topic=foxes)
    draw_all()
    first, second = Image.objects.filter(job__batch__topic=studio.default_topic).order_by("id")
    assert as_alice.post(address("topic_cover", studio, second.pk)).status_code == 204
    covers = {row.pk: row.picture.url for row in listed(studio)}
    assert covers[studio.default_topic.pk] == f"/{second.small}"
    assert covers[foxes.pk] == f"/{Image.objects.get(job__batch=other).small}"
    second.trash()
    row = {each.pk: each for each in listed(studio)}[studio.default_topic.pk]
    assert row.picture.url == f"/{first.small}"


def test_it_goes_with_its_pictures_and_comes_back_with_them(studio, painter, foxes):
    kept = ask(studio, painter, topic=foxes)
    thrown_before = ask(studio, painter, topic=foxes)
    elsewhere = ask(studio, painter)
    thrown_before.trash()
    assert topics.trash(foxes)
    assert not topics.trash(foxes)
    assert list(Batch.objects.visible()) == [elsewhere]
    assert Job.objects.get(batch=kept).state == Job.State.CANCELLED
    gone = Topic.objects.get(pk=foxes.pk)
    assert topics.restore(gone)
    assert not topics.restore(gone)
    assert set(Batch.objects.visible()) == {elsewhere, kept}


def test_a_workspace_is_never_without_one(studio):
    only = studio.default_topic
    topics.trash(only)
    assert studio.topics.living().get() != only


def test_a_request_from_the_trash_brings_its_topic_back(studio, painter, foxes):
    batch = ask(studio, painter, topic=foxes)
    topics.trash(foxes)
    assert Batch.objects.get(pk=batch.pk).restore()
    assert foxes in studio.topics.living()


def test_a_month_later_it_is_gone_for_good_once_it_is_empty(studio, painter, foxes):
    ask(studio, painter, topic=foxes)
    topics.trash(foxes)
    old = now() - timedelta(days=31)
    Topic.objects.filter(pk=foxes.pk).update(deleted=old)
    collector.collect()
    assert Topic.objects.filter(pk=foxes.pk).exists()
    Batch.objects.filter(topic=foxes).update(deleted=old)
    collector.collect()
    assert not Topic.objects.filter(pk=foxes.pk).exists()
    assert studio.topics.living().exists()


def test_new_opens_an_empty_one_and_makes_no_heap_of_them(as_alice, studio, painter):
    fetch = {"X-Requested-With": "fetch"}
    made = [as_alice.post(address("topic_new", studio), headers=fetch) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    assert {each["X-Topic"] for each in made} == {str(studio.topics.get().pk)}
    ask(studio, painter)
    third = as_alice.post(address("topic_new", studio), headers=fetch)["X-Topic"]
    assert studio.topics.count() == 2
    assert as_alice.post(address("topic_new", studio)).url == f"/w/studio/?topic={third}"


def test_a_name_that_somebody_gave_meanwhile_is_not_written_over(as_alice, studio, foxes):
    url = address("topic_rename", studio, foxes.pk)
    was = foxes.title
    assert as_alice.post(url, {"name": "Red foxes", "was": was}).status_code == 200
    refused = as_alice.post(url, {"name": "Foxes at night", "was": was})
    assert refused.status_code == 409
    assert "“Red foxes”" in refused.content.decode()
    assert as_alice.post(url, {"name": "Red foxes", "was": was}).status_code == 200  # the same
    assert Topic.objects.get(pk=foxes.pk).name == "Red foxes"
    door = f"/api/topics/{foxes.pk}"
    body = {"name": "Foxes at night", "was": was}
    assert as_alice.patch(door, body, content_type="application/json").status_code == 409
    body["was"] = "Red foxes"
    assert as_alice.patch(door, body, content_type="application/json").status_code == 200
    assert as_alice.post(url, {"name": "Whatever it is called"}).status_code == 200
    unnamed = studio.topics.create(author=studio.owner)
    url = address("topic_rename", studio, unnamed.pk)
    assert as_alice.post(url, {"name": "First", "was": unnamed.title}).status_code == 200


def test_rename_and_its_refusals(as_alice, studio, foxes):
    url = address("topic_rename", studio, foxes.pk)
    assert as_alice.post(url, {"name": " Red \n foxes "}).status_code == 200
    assert Topic.objects.get(pk=foxes.pk).name == "Red foxes"
    for name in ("", " \x00 ", "x" * 101):
        assert as_alice.post(url, {"name": name}).status_code == 400
    assert Topic.objects.get(pk=foxes.pk).name == "Red foxes"


def test_open_pages_are_told(as_alice, studio, foxes):
    def told():
        return Event.objects.filter(kind="topic", subject=str(foxes.pk)).count()

    as_alice.post(address("topic_rename", studio, foxes.pk), {"name": "Vixens"})
    assert told() == 1
    as_alice.post(address("topic_delete", studio, foxes.pk))
    assert told() == 2
    as_alice.post(address("topic_restore", studio, foxes.pk))
    assert told() == 3


def test_an_editor_changes_their_own_and_deletes_nobody_elses_work(
    as_bob, bob, alice, studio, painter, foxes
):
    for name in ("topic_rename", "topic_delete"):
        answer = as_bob.post(address(name, studio, foxes.pk), {"name": "Bobs"})
        assert answer.status_code == 403
    own = studio.topics.create(name="Own", author=bob)
    assert as_bob.post(address("topic_rename", studio, own.pk), {"name": "Bobs"}).status_code == 200
    ask(studio, painter, topic=own)  # of Alice
    assert as_bob.post(address("topic_delete", studio, own.pk)).status_code == 403
    Batch.objects.all().delete()
    assert as_bob.post(address("topic_delete", studio, own.pk)).status_code == 200


def test_who_only_looks_makes_and_writes_nothing(as_bob, bob, studio):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.post(address("topic_new", studio)).status_code == 403
    draft = address("topic_draft", studio, studio.default_topic.pk)
    assert as_bob.get(draft).status_code == 403
    assert as_bob.get(address("studio", studio)).status_code == 200


def test_drafts_by_the_page(as_alice, as_bob, alice, studio, foxes):
    url = address("topic_draft", studio, foxes.pk)
    assert as_alice.get(url).json() == {"prompt": "", "version": 0, "kept": False}
    sent = as_alice.post(url, {"prompt": "a fox\r\nat night", "version": "0"}).json()
    assert sent == {"prompt": "a fox\nat night", "version": 1, "kept": True}
    late = as_alice.post(url, {"prompt": "a boat", "version": "0"}).json()
    assert late == {"prompt": "a fox\nat night", "version": 1, "kept": False}
    assert as_alice.post(url, {"prompt": "a boat", "version": "x"}).status_code == 400
    assert as_bob.get(url).json()["prompt"] == ""
    page = as_alice.get(f"/image-playground/?topic={foxes.pk}").content.decode()
    assert "a fox\nat night</textarea>" in page
    assert Draft.objects.count() == 1


def test_the_playground_leads_to_the_topic_used_last(as_alice, client, studio, foxes):
    studio.default_topic.note_use("a boat")
    answer = as_alice.get("/image-playground/?prompt=a+fox")
    assert answer.url == f"/image-playground/?prompt=a+fox&topic={studio.default_topic.pk}"
    page = as_alice.get(answer.url)
    assert dict(rows(page)) == {
        str(studio.default_topic.pk): ' aria-current="true"',
        str(foxes.pk): "",
    }
    assert client.get("/image-playground/").url.startswith("/account/login/")


def test_the_workspaces_page_has_all_of_them_in_one(as_alice, studio, foxes):
    page = as_alice.get(studio.get_absolute_url())
    assert rows(page)[0] == ("", ' aria-current="true"')
    assert "is-without-topics" in page.content.decode()


def test_strangers_find_no_topic(as_charlie, charlie, studio, foxes):
    theirs = Workspace.found(charlie, "Theirs")
    assert as_charlie.get(f"/image-playground/?topic={foxes.pk}").status_code == 404
    assert as_charlie.get(f"/w/theirs/?topic={foxes.pk}").status_code == 404
    for name in ("topic_rename", "topic_delete", "topic_restore", "topic_draft"):
        url = reverse(name, args=[theirs.slug, foxes.pk])
        assert as_charlie.post(url, {"name": "x", "version": "0"}).status_code == 404


@pytest.mark.parametrize("topic", ["nonsense", "01a1fd14-cdc1-785d-b1eb-fdf9756761c4"])
def test_an_address_without_a_topic_of_that_id_is_404(as_alice, studio, topic):
    assert as_alice.get(f"/image-playground/?topic={topic}").status_code == 404
    assert as_alice.get(f"/w/studio/?topic={topic}").status_code == 404


def test_the_rows_say_when_the_one_looked_at_has_gone(as_alice, studio, foxes):
    url = f"{address('topics', studio)}?topic={foxes.pk}"
    assert "gone" not in as_alice.get(url).content.decode().split(">")[0]
    topics.trash(foxes)
    assert '<div id="topic-rows" gone>' in as_alice.get(url).content.decode()


def test_many_topics_come_in_portions_and_cost_no_more_queries(
    as_alice, studio, painter, alice, foxes
):
    def queries(shown):
        with CaptureQueriesContext(connection) as asked:
            page = as_alice.get(f"{address('topics', studio)}?shown={shown}")
        return len(asked), len(rows(page))

    ask(studio, painter, topic=foxes)
    draw_all()
    few = queries("")[0]
    for number in range(60):
        ask(studio, painter, topic=studio.topics.create(name=f"Topic {number}", author=alice))
    draw_all()
    assert queries("") == (few, 51)  # with the row for all of them
    assert queries("100") == (few, 63)
    assert queries("-1' nonsense") == (few, 51)
    assert few <= 9
