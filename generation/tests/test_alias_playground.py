"""The nine doors under `/api/image-playground/` (S377-S385), as their clients know them."""

import pytest
from django.test import Client

from accounts.models import ApiKey
from billing.models import Hold
from generation.models import Batch, Image, Job
from generation.models.states import PLAYGROUND_WORDS
from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.engine import ask, claim, draw, draw_all
from workspaces.models import Membership, Topic, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/api/image-playground"


@pytest.fixture
def topic(program):
    made = said(call(program, "post", f"{HERE}/topics", {"title": "Foxes"}), shapes.ONE_TOPIC)
    return made["topic"]


def create(client, topic, params=(), headers=None, **fields):
    params = params or {}
    sent = {
        "topicId": topic["id"],
        "provider": "diffusers",
        "model": "painter",
        "imageNum": 2,
        "params": {"prompt": "a fox", **params} if isinstance(params, dict) else params,
    }
    return call(client, "post", f"{HERE}/generate", sent | fields, **(headers or {}))


# --- The table of C03 ---


def test_every_state_has_a_word():
    assert set(PLAYGROUND_WORDS) == set(Job.State.values)
    assert set(PLAYGROUND_WORDS.values()) == {"pending", "processing", "success", "error"}


@pytest.mark.parametrize("state", Job.State.values)
def test_a_generations_status(program, studio, painter, state):
    job = ask(studio, painter).jobs.get()
    Job.objects.update(state=state)
    answer = said(program.get(f"{HERE}/status/{job.pk}"), shapes.PLAYGROUND_STATUS)
    assert answer["status"] == PLAYGROUND_WORDS[state]
    assert bool(answer["error"]) == (answer["status"] == "error")


# --- The nine ---


def test_topics_are_made_named_covered_and_thrown_away(program, studio, painter, topic):
    listed = said(program.get(f"{HERE}/topics"), shapes.TOPICS)["topics"]
    assert [each["title"] for each in listed] == ["Foxes", None]
    where = f"{HERE}/topics/{topic['id']}"
    renamed = said(call(program, "patch", where, {"title": "Vixens"}), shapes.ONE_TOPIC)
    assert renamed["topic"]["title"] == "Vixens"
    ask(studio, painter, topic=Topic.objects.get(pk=topic["id"]), count=2)
    draw_all()
    batches = program.get(f"{HERE}/batches?topicId={topic['id']}").json()["batches"]
    last = batches[0]["generations"][1]["asset"]
    for address in (last["url"], last["thumbnailUrl"]):
        covered = said(call(program, "patch", where, {"coverUrl": address}), shapes.ONE_TOPIC)
        assert program.get(covered["topic"]["cover_url"]).status_code == 200
    # Their own cover's address leads to the same picture again.
    again = call(program, "patch", where, {"coverUrl": covered["topic"]["cover_url"]})
    assert said(again, shapes.ONE_TOPIC) == covered
    said(call(program, "patch", where, {"coverUrl": "nonsense"}), shapes.FLASK, 400)
    said(call(program, "delete", where), shapes.SUCCESS)
    said(call(program, "delete", where), shapes.FLASK, 404)
    assert not Batch.objects.visible().exists()


def test_a_batch_is_created_and_followed_to_its_pictures(program, topic, painter):
    made = said(create(program, topic, {"seed": 7, "steps": 3}), shapes.CREATED)["data"]
    assert made["batch"]["generations"] == made["generations"]
    assert [each["seed"] for each in made["generations"]] == [7, 8]
    assert made["batch"]["config"]["steps"] == 3
    first = f"{HERE}/status/{made['generations'][0]['id']}?asyncTaskId=x"
    assert said(program.get(first), shapes.PLAYGROUND_STATUS)["status"] == "pending"
    jobs = claim()
    assert said(program.get(first), shapes.PLAYGROUND_STATUS)["status"] == "processing"
    draw(jobs)
    draw_all()
    done = said(program.get(first), shapes.PLAYGROUND_STATUS)
    assert done["status"] == "success"
    assert program.get(done["generation"]["asset"]["url"]).status_code == 200
    batches = said(program.get(f"{HERE}/batches?topicId={topic['id']}"), shapes.BATCHES)
    assert [each["id"] for each in batches["batches"]] == [made["batch"]["id"]]
    # A picture of ours may be worked from by the address that we gave.
    painter.contract_data |= {"modes": ["text", "image"]}
    painter.save()
    asset = done["generation"]["asset"]["url"]
    onward = create(program, topic, {"imageUrl": asset}, imageNum=1)
    assert said(onward, shapes.CREATED)
    assert Batch.objects.first().inputs.get().image == Image.objects.get(
        pk=asset.rpartition("/")[2]
    )


def test_the_last_picture_takes_its_batch_along(program, topic, painter):
    made = create(program, topic).json()["data"]
    draw_all()
    one, two = (f"{HERE}/generations/{each['id']}" for each in made["generations"])
    said(call(program, "delete", one), shapes.SUCCESS)
    left = program.get(f"{HERE}/batches?topicId={topic['id']}").json()["batches"]
    assert [each["id"] for each in left[0]["generations"]] == [made["generations"][1]["id"]]
    said(call(program, "delete", one), shapes.FLASK, 404)
    said(call(program, "delete", two), shapes.SUCCESS)
    assert program.get(f"{HERE}/batches?topicId={topic['id']}").json() == {"batches": []}
    assert not Batch.objects.visible().exists()


def test_one_that_is_not_drawn_yet_is_cancelled_by_it(program, topic, painter):
    made = create(program, topic, imageNum=1).json()["data"]
    said(
        call(program, "delete", f"{HERE}/generations/{made['generations'][0]['id']}"),
        shapes.SUCCESS,
    )
    assert Job.objects.get().state == "cancelled"
    assert not Batch.objects.visible().exists()


def test_a_batch_is_thrown_away(program, topic, painter):
    made = create(program, topic).json()["data"]
    where = f"{HERE}/batches/{made['batch']['id']}"
    said(call(program, "delete", where), shapes.SUCCESS)
    said(call(program, "delete", where), shapes.FLASK, 404)
    assert not Job.objects.unfinished().exists()


def test_a_repeat_charges_once(program, topic, painter):
    once = {"headers": {"Idempotency-Key": "once"}}
    one, two = (create(program, topic, **once).json()["data"] for _each in range(2))
    assert one["batch"]["id"] == two["batch"]["id"]
    assert Hold.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "params", "word"),
    [
        ({"topicId": ""}, {}, "topicId"),
        ({"model": ""}, {}, "model"),
        ({}, "red", "params"),
        ({"imageNum": 99}, {}, "99"),
        ({}, {"width": "wide"}, "width"),
        ({}, {"cfg": True}, "cfg"),
    ],
)
def test_bad_input_is_said_in_one_sentence(program, topic, painter, fields, params, word):
    answer = said(create(program, topic, params, **fields), shapes.FLASK, 400)
    assert word in answer["error"]
    assert not Batch.objects.exists()


def test_lists_are_refused_in_their_words(program, topic):
    for query in ("", "?topicId=", f"?topicId={topic['id']}&limit=many"):
        said(program.get(f"{HERE}/batches{query}"), shapes.FLASK, 400)
    said(program.get(f"{HERE}/batches?topicId=nonsense"), shapes.FLASK, 404)


def test_a_ratio_means_the_models_own_size(program, topic, painter):
    ratio, size = next(iter(painter.contract.presets.items()))
    create(program, topic, {"aspectRatio": ratio})
    batch = Batch.objects.get()
    assert (batch.width, batch.height) == size


# --- Who may ---


def test_without_a_key_and_with_too_little_of_one(topic, painter, alice):
    said(Client().get(f"{HERE}/topics"), shapes.FLASK, 401)
    _row, key = ApiKey.issue(alice, "Reader", scopes=["read"])
    reader = Client(headers={"Authorization": f"Bearer {key}"})
    assert reader.get(f"{HERE}/topics").status_code == 200
    said(create(reader, topic), shapes.FLASK, 403)
    said(call(reader, "delete", f"{HERE}/topics/{topic['id']}"), shapes.FLASK, 403)


def test_a_topic_of_another_workspace_is_found_by_whoever_works_there(program, alice, painter, bob):
    other = Workspace.found(bob, "Bobs")
    Membership.objects.create(workspace=other, user=alice, role=Membership.Role.EDITOR)
    said(create(program, {"id": str(other.default_topic.pk)}), shapes.CREATED)
    assert Batch.objects.get().workspace == other
    Membership.objects.filter(workspace=other, user=alice).update(role=Membership.Role.VIEWER)
    said(create(program, {"id": str(other.default_topic.pk)}), shapes.FLASK, 403)
    Membership.objects.filter(workspace=other, user=alice).delete()
    said(create(program, {"id": str(other.default_topic.pk)}), shapes.FLASK, 404)


def test_a_list_asks_a_bounded_number_of_questions(
    program, topic, painter, studio, django_assert_max_num_queries
):
    for number in range(4):
        ask(studio, painter, topic=Topic.objects.get(pk=topic["id"]), count=number % 2 + 1)
    draw_all()
    with django_assert_max_num_queries(14):
        program.get(f"{HERE}/batches?topicId={topic['id']}")
