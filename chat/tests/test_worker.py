"""Real workers write answers, and killed or told to stop they lose nothing that had come."""

import pytest

from chat import asking
from chat.models import Message
from pixazo.tests.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crash, pytest.mark.both]


@pytest.fixture(autouse=True)
def rings():
    """Here the bell is rung, through the broker's files."""


def answered(message, *states):
    message.refresh_from_db()
    return message.state in states


def has_begun(message):
    message.refresh_from_db()
    return message.content.startswith("You said: one")


def test_answers_outlive_their_workers(site, talk, alice, language_model):
    hosts = {"PIXAZO_TRUSTED_HOSTS": language_model.host}
    first = site.worker("remote,chores", **hosts)
    message = asking.ask(talk, "hello", author=alice)
    until(lambda: answered(message, "whole"), what=lambda: first.output)
    assert message.content == "You said: hello"

    message = asking.ask(talk, "one [[wait]] three", author=alice)
    until(lambda: has_begun(message), what=lambda: first.output)
    first.kill()
    second = site.worker("remote,chores", **hosts)
    until(lambda: answered(message, "cut"), what=lambda: second.output)
    assert message.content.startswith("You said: one")
    assert "restarted" in message.problem

    message = asking.ask(talk, "one [[wait]] three", author=alice)
    until(lambda: has_begun(message), what=lambda: second.output)
    second.terminate()
    message.refresh_from_db()
    assert (message.state, message.lease) == ("cut", None)
    assert "restarted" in message.problem
    assert not Message.objects.answering().exists()
