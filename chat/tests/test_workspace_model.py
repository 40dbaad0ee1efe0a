"""Which language model new chats of a workspace begin with: chosen on its page and by programs."""

import pytest
from django.urls import reverse

from chat.models import ChatModel
from generation.tests.programs import key_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def address():
    return reverse("workspace_edit", args=["studio"])


def test_the_owner_chooses_it_on_its_page(as_alice, studio, provider, address):
    assert "New chats begin with" in as_alice.get(address).content.decode()
    sent = {"name": studio.name, "description": "", "chat_model": "grok-4"}
    assert as_alice.post(address, sent).status_code == 302
    studio.refresh_from_db()
    assert studio.chat_model == "grok-4"
    answer = as_alice.post(address, sent | {"chat_model": "nobody"})
    assert answer.status_code == 200
    studio.refresh_from_db()
    assert studio.chat_model == "grok-4"


def test_one_that_answers_no_more_is_none(as_alice, studio, provider, address):
    ChatModel.objects.filter(slug=studio.chat_model).update(enabled=False)
    shown = as_alice.get(address).content.decode()
    assert "The first that answers" in shown
    sent = {"name": "Renamed", "description": "", "chat_model": ""}
    assert as_alice.post(address, sent).status_code == 302
    studio.refresh_from_db()
    assert (studio.name, studio.chat_model) == ("Renamed", "grok-3-auto")


def test_where_nobody_answers_nothing_is_asked(as_alice, studio, address):
    assert "New chats begin with" not in as_alice.get(address).content.decode()
    assert as_alice.post(address, {"name": "Renamed", "description": ""}).status_code == 302


@pytest.mark.parametrize("method", ["put", "patch"])
def test_programs_choose_it(alice, studio, provider, method):
    program = key_client(alice)
    send = getattr(program, method)
    answer = send("/api/v1/workspaces/studio", {"model": "grok-4"}, "application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["model"] == "grok-4"
    chat = program.post("/api/v1/workspaces/studio/chats", {}, "application/json")
    assert chat.json()["model"] == "grok-4"
    for wrong in ("nobody", 3, None, ["grok-4"]):
        sent = {"name": "Other", "model": wrong}
        answer = send("/api/v1/workspaces/studio", sent, "application/json")
        assert answer.status_code == 400, wrong
    studio.refresh_from_db()
    assert studio.name != "Other"
