"""Topics of a workspace: named by a prompt, used, thrown away and brought back; their drafts."""

import pytest
from django.utils.timezone import now

from workspaces.models import Draft, Topic

pytestmark = pytest.mark.django_db


def test_a_workspace_begins_with_one_that_has_no_name_yet(studio, alice):
    topic = studio.topics.get()
    assert topic == studio.default_topic
    assert (topic.name, topic.title, topic.author) == ("", "New topic", alice)


def test_the_first_prompt_names_it_and_the_second_does_not(studio):
    topic = studio.default_topic
    assert topic.note_use("a red house, night")
    assert topic.note_use("a boat")
    topic.refresh_from_db()
    assert topic.name == "Red house"


def test_a_name_that_was_given_stays(studio):
    topic = studio.default_topic
    topic.change(name="Mine")
    topic.note_use("a boat")
    topic.refresh_from_db()
    assert topic.name == "Mine"


def test_the_one_used_last_comes_first(studio):
    first = studio.default_topic
    second = studio.topics.create(name="Second")
    assert list(studio.topics.living().in_order()) == [second, first]
    first.note_use("a boat")
    assert list(studio.topics.living().in_order()) == [first, second]


def test_what_is_in_the_trash_takes_no_work_and_no_name(studio):
    topic = studio.default_topic
    assert topic.put(now(), was=None)
    stale = Topic.objects.get(pk=topic.pk)
    assert not stale.note_use("a boat")
    assert not stale.change(name="Boat")
    assert not stale.put(now(), was=None)
    assert stale.put(None, was=stale.deleted)
    assert stale.note_use("a boat")


def test_a_draft_is_each_persons_own(studio, alice, bob):
    topic = studio.default_topic
    assert Draft.objects.write(topic, alice, "a fox", 0).version == 1
    assert Draft.objects.of(topic, alice).prompt == "a fox"
    assert (Draft.objects.of(topic, bob).prompt, Draft.objects.of(topic, bob).version) == ("", 0)


def test_of_two_tabs_the_second_is_told_and_overwrites_nothing(studio, alice):
    topic = studio.default_topic
    first = Draft.objects.write(topic, alice, "a fox", 0)
    assert Draft.objects.write(topic, alice, "a boat", 0) is None
    second = Draft.objects.write(topic, alice, "a red fox", first.version)
    assert Draft.objects.write(topic, alice, "a red boat", first.version) is None
    assert Draft.objects.of(topic, alice) == second
    assert second.prompt == "a red fox"
