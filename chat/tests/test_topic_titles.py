"""Topics are named by a language model, behind everybody's back and in nobody's way (S342)."""

import json

import pytest

from chat import topic_titles
from chat.models import ChatDay
from generation.tests.engine import ask
from workspaces.models import Topic

pytestmark = [pytest.mark.once]


@pytest.fixture
def bells(monkeypatch):
    heard = []
    monkeypatch.setattr("chat.doorbell.ring_for_title", lambda *told: heard.append(told))
    return heard


@pytest.fixture
def topic(studio):
    return studio.default_topic


def prompted(studio, painter, django_capture_on_commit_callbacks, **fields):
    with django_capture_on_commit_callbacks(execute=True):
        return ask(studio, painter, prompt="a red house in the fog, by night", **fields)


@pytest.fixture
def rung(studio, painter, provider, bells, django_capture_on_commit_callbacks):
    prompted(studio, painter, django_capture_on_commit_callbacks)
    return bells


def test_the_first_prompt_rings_once(
    studio, painter, topic, rung, alice, django_capture_on_commit_callbacks
):
    topic.refresh_from_db()
    assert rung == [(topic.pk, topic.name, "a red house in the fog, by night", alice.pk)]
    prompted(studio, painter, django_capture_on_commit_callbacks)
    assert len(rung) == 1


def test_the_model_names_it_and_nobody_is_charged(topic, rung, language_model):
    language_model.answers = [json.dumps({"title": ' "Foggy house at night." '})]
    assert topic_titles.title(*rung[0])
    topic.refresh_from_db()
    assert topic.name == "Foggy house at night"
    (body,) = language_model.asked
    assert json.loads(body["messages"][-1]["content"]) == {
        "prompt": "a red house in the fog, by night"
    }
    assert not ChatDay.objects.exists()


@pytest.mark.parametrize("answer", ["Sure!", '{"title": 3}', '{"title": "  "}', "{}"])
def test_what_is_no_name_changes_nothing(topic, rung, language_model, answer):
    language_model.answers = [answer]
    was = rung[0][1]
    assert not topic_titles.title(*rung[0])
    topic.refresh_from_db()
    assert topic.name == was


def test_nobody_there_changes_nothing(topic, rung, language_model):
    language_model.scenario = "busy"
    assert not topic_titles.title(*rung[0])


def test_what_somebody_named_meanwhile_stays(topic, rung, language_model, monkeypatch):
    def slow(*args, **kwargs):
        Topic.objects.get(pk=topic.pk).change(name="Mine")
        return {"title": "Foggy house"}

    monkeypatch.setattr(topic_titles, "consult", slow)
    assert not topic_titles.title(*rung[0])
    topic.refresh_from_db()
    assert topic.name == "Mine"


def test_there_are_so_many_an_hour(topic, rung, language_model, monkeypatch):
    monkeypatch.setattr(topic_titles, "MOST", 0)
    assert not topic_titles.title(*rung[0])
    assert not language_model.asked


def test_nothing_is_rung_for_where_nobody_answers(
    studio, painter, bells, settings, provider, django_capture_on_commit_callbacks
):
    settings.CHAT_TITLES = False
    prompted(studio, painter, django_capture_on_commit_callbacks)
    settings.CHAT_TITLES = True
    provider.enabled = False
    provider.save()
    topic = studio.topics.create()
    prompted(studio, painter, django_capture_on_commit_callbacks, topic=topic)
    topic.refresh_from_db()
    assert topic.name
    assert not bells


def test_a_long_title_ends_between_words():
    assert topic_titles.named("word " * 30) == " ".join(["word"] * 8)
    assert topic_titles.named("w" * 90) == "w" * 40
    assert topic_titles.named("**Red\nhouse**") == "Red house"
