"""Pictures moved to another topic from the gallery: with their request, nowhere they may not."""

import threading

import pytest
from django.db import connection
from django.utils.timezone import now

from billing.models import Account, Plan
from generation.models import Batch, Image
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH
from workspaces.models import Topic, Workspace

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _no_cap(alice, bob):
    for person in (alice, bob):
        Account.objects.of(person)
    Account.objects.update(plan=Plan.objects.unlimited())


@pytest.fixture
def pictures(studio, painter):
    for prompt in ("a red lighthouse", "a white boat at sea"):
        ask(studio, painter, prompt=prompt, seed=7)
        draw_all()
    return list(Image.objects.order_by("id"))


@pytest.fixture
def harbour(studio, alice):
    return Topic.objects.create(workspace=studio, author=alice, name="Harbour")


def move(client, topic, images=(), **fields):
    data = {"value": str(getattr(topic, "pk", topic)), "ids": [str(i.pk) for i in images], **fields}
    return client.post("/gallery/move/", data, **FETCH)


def topics():
    return [batch.topic.name for batch in Batch.objects.order_by("id").select_related("topic")]


def test_pictures_go_to_a_topic_and_come_back(as_alice, pictures, harbour):
    was = pictures[0].job.batch.topic
    answer = move(as_alice, harbour, pictures).json()
    assert answer == {"count": 2, "name": "Harbour", "was": str(was.pk)}
    assert topics() == ["Harbour", "Harbour"]
    assert move(as_alice, answer["was"], pictures).json()["count"] == 2
    assert set(Batch.objects.values_list("topic", flat=True)) == {was.pk}


def test_a_picture_takes_its_whole_request_along(as_alice, studio, painter, harbour):
    ask(studio, painter, prompt="four boats", count=2)
    draw_all()
    first = Image.objects.order_by("id").first()
    assert move(as_alice, harbour, [first]).json()["count"] == 2


def test_all_that_match_go_however_many_that_are(as_alice, pictures, harbour):
    answer = move(as_alice, harbour, query="q=lighthouse").json()
    assert (answer["count"], topics()[0]) == (1, "Harbour")
    assert topics()[1] != "Harbour"


def test_what_is_there_already_is_not_counted(as_alice, pictures, harbour):
    move(as_alice, harbour, pictures[:1])
    assert move(as_alice, harbour, pictures).json()["count"] == 1


def test_the_gallery_shows_one_topic_by_its_address(as_alice, pictures, harbour):
    move(as_alice, harbour, pictures[:1])
    page = as_alice.get(f"/gallery/?topic={harbour.pk}")
    assert [image.alt for image in page.context["page"].images] == ["a red lighthouse"]
    assert "One topic" in page.text


def test_nothing_goes_to_a_topic_in_the_trash_or_to_somebody_elses(
    as_alice, pictures, harbour, charlie
):
    foreign = Workspace.found(charlie, "Elsewhere").default_topic
    Topic.objects.filter(pk=harbour.pk).update(deleted=now())
    for topic in (harbour, foreign, "no-id"):
        answer = move(as_alice, topic, pictures)
        assert answer.status_code == 400
        assert "not there any more" in answer.json()["error"]["message"]
    assert "Harbour" not in topics()


def test_pictures_stay_in_their_workspace(as_alice, alice, pictures):
    other = Workspace.found(alice, "Other").default_topic
    answer = move(as_alice, other, pictures)
    assert answer.status_code == 400
    assert "of other workspaces" in answer.json()["error"]["message"]


def test_an_editor_moves_only_what_is_theirs_and_a_stranger_nothing(
    as_bob, as_charlie, pictures, harbour
):
    assert move(as_bob, harbour, pictures).status_code == 400
    assert move(as_charlie, harbour, pictures).status_code == 400
    assert "Harbour" not in topics()


def test_only_topics_that_one_may_work_in_are_offered(as_alice, charlie, harbour):
    Workspace.found(charlie, "Elsewhere")
    page = as_alice.get("/gallery/topics/").text
    assert "Harbour" in page
    assert "Elsewhere" not in page


def test_offering_topics_takes_as_many_queries_for_many(
    as_alice, alice, studio, django_assert_max_num_queries
):
    for number in range(30):
        Topic.objects.create(workspace=studio, author=alice, name=f"Topic {number}")
    with django_assert_max_num_queries(6):
        as_alice.get("/gallery/topics/")


@pytest.mark.django_db(transaction=True)
def test_a_topic_thrown_away_meanwhile_takes_nothing_in(as_alice, pictures, harbour):
    """Whoever is first: either all are there, or the move says that the topic has gone."""
    answers = []

    def throw_away():
        harbour.put(now(), was=None)
        connection.close()

    thrower = threading.Thread(target=throw_away)
    thrower.start()
    answers.append(move(as_alice, harbour, pictures))
    thrower.join()
    moved = answers[0].status_code == 200
    assert (topics() == ["Harbour", "Harbour"]) is moved
