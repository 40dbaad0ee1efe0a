"""The assistant makes pictures for whoever allowed it in that chat, within their units, and every
call is written down."""

import json

import pytest
from django.utils.timezone import now

from accounts.models import ApiKey
from billing.models import Account
from chat import asking, conversations
from chat.assistant import tools
from chat.assistant.shown import shown
from generation.models import Batch
from generation.tests.engine import ask as order
from generation.tests.engine import draw_all
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch, painter):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


def asked(talk, person, words="Make me one"):
    message = asking.ask(talk, words, author=person)
    asking.answer(message.pk)
    message.refresh_from_db()
    return message


def allowed(talk, person):
    tools.let_act(talk, person, on=True)


ORDER = ("make_pictures", {"prompt": "a fox at dusk", "count": 2})


def test_until_it_is_allowed_there_are_no_tools(talk, alice, language_model):
    language_model.tool_calls = [[ORDER]]
    asked(talk, alice)
    assert "tools" not in language_model.asked[0]
    assert not Batch.objects.exists()


def test_it_makes_pictures_for_whoever_allowed_it_and_says_so(talk, alice, language_model):
    allowed(talk, alice)
    language_model.tool_calls = [[ORDER, ("units_left", {}), ("list_pictures", {})]]
    answer = asked(talk, alice)
    batch = Batch.objects.get()
    assert (batch.author, batch.prompt, batch.count) == (alice, "a fox at dusk", 2)
    assert (batch.door, batch.reason["chat"]) == ("chat", str(talk.pk))
    assert Account.objects.of(alice).held == 2
    calls = shown(answer.proposal).calls
    assert "a fox at dusk" in calls[0]
    assert len(calls) == 3
    assert answer.state == "whole"


def test_it_waits_for_what_it_ordered_and_says_what_became_of_it(
    talk, alice, language_model, studio, painter, monkeypatch
):
    allowed(talk, alice)
    batch = order(studio, painter, prompt="an owl")
    monkeypatch.setattr(tools.time, "sleep", lambda seconds: draw_all())
    language_model.tool_calls = [[("watch_pictures", {"id": str(batch.pk)})]]
    answer = asked(talk, alice)
    assert shown(answer.proposal).calls == (
        "The assistant watched “an owl”: 1 of 1 pictures are done.",
    )
    told = language_model.asked[-1]["messages"][-1]
    assert json.loads(told["content"])["pictures"] == ["succeeded"]


def test_it_waits_no_longer_than_a_while_nor_for_whoever_stopped_it(
    talk, alice, language_model, studio, painter, monkeypatch
):
    allowed(talk, alice)
    batch = order(studio, painter)
    watch = [("watch_pictures", {"id": str(batch.pk)})]
    language_model.tool_calls = [watch]
    monkeypatch.setattr(tools, "WATCH_SECONDS", 0.0)
    assert "0 of 1" in shown(asked(talk, alice).proposal).calls[0]
    monkeypatch.setattr(tools, "WATCH_SECONDS", 600.0)

    def stop(seconds):
        asking.stop(talk.messages.answering().get())

    monkeypatch.setattr(tools.time, "sleep", stop)
    language_model.tool_calls = [watch]
    assert asked(talk, alice).state == "cut"


@pytest.mark.parametrize("given", ["", "nonsense", "0193a6c2-7a1e-7b7c-8000-0123456789ab", 7])
def test_what_is_not_there_is_not_waited_for(talk, alice, language_model, given):
    allowed(talk, alice)
    language_model.tool_calls = [[("watch_pictures", {"id": given})]]
    assert "no such request" in shown(asked(talk, alice).proposal).calls[0]


def test_what_one_allowed_is_not_anothers(talk, alice, bob, language_model):
    allowed(talk, alice)
    language_model.tool_calls = [[ORDER]]
    asked(talk, bob)
    assert not Batch.objects.exists()


def test_it_orders_a_few_times_in_an_answer_and_no_more(talk, alice, language_model):
    allowed(talk, alice)
    language_model.tool_calls = [[ORDER] * 12]
    answer = asked(talk, alice)
    assert Batch.objects.count() == tools.MOST_ORDERS
    assert len(shown(answer.proposal).calls) == tools.MOST_CALLS


@pytest.mark.parametrize(
    "call",
    [
        ("make_pictures", {}),
        ("make_pictures", {"prompt": 7, "count": "x"}),
        ("make_pictures", {"prompt": "a fox", "count": 99}),
        ("make_pictures", {"prompt": "a {fox"}),
        ("rm", {"prompt": "a fox"}),
    ],
)
def test_what_can_not_be_made_is_told_and_the_answer_goes_on(talk, alice, language_model, call):
    allowed(talk, alice)
    language_model.tool_calls = [[call]]
    assert asked(talk, alice).state == "whole"
    assert not Batch.objects.exists()


def test_too_poor_nothing_is_made(talk, alice, language_model):
    allowed(talk, alice)
    account = Account.objects.of(alice)
    account.spent = account.daily_units
    account.save()
    language_model.tool_calls = [[ORDER]]
    answer = asked(talk, alice)
    assert not Batch.objects.exists()
    assert "units" in shown(answer.proposal).calls[0]


def test_who_may_only_look_by_now_makes_nothing(talk, bob, language_model):
    allowed(talk, bob)
    message = asking.ask(talk, "Make me one", author=bob)
    Membership.objects.filter(user=bob).update(role="viewer")
    language_model.tool_calls = [[ORDER]]
    asking.answer(message.pk)
    assert not Batch.objects.exists()


def test_the_cap_of_the_key_that_asked_holds(talk, alice, language_model):
    allowed(talk, alice)
    key, _text = ApiKey.issue(alice, "Small", daily_cap=1)
    for revoked, words in ((None, "This key may use"), (now(), "no longer valid")):
        ApiKey.objects.filter(pk=key.pk).update(revoked=revoked)
        language_model.tool_calls = [[ORDER]]
        message = asking.ask(talk, "Make me one", author=alice, api_key=key)
        asking.answer(message.pk)
        message.refresh_from_db()
        assert words in shown(message.proposal).calls[0]
    assert not Batch.objects.exists()


def test_in_a_chat_that_was_thrown_away_nothing_is_made(talk, alice, language_model):
    allowed(talk, alice)
    message = asking.ask(talk, "Make me one", author=alice)
    conversations.remove(Membership.objects.get(workspace=talk.workspace, user=alice), talk)
    language_model.tool_calls = [[ORDER]]
    asking.answer(message.pk)
    message.refresh_from_db()
    assert message.state == "cut"
    assert not Batch.objects.exists()


def test_it_is_allowed_and_taken_back_in_the_window(as_alice, talk, alice):
    address = f"/w/studio/chats/{talk.pk}/acting/"
    for on, is_on in (("1", True), ("0", False), ("1", True), ("", False)):
        page = as_alice.post(f"{address}?on={on}").content.decode()
        assert tools.allows(talk, alice) is is_on
        assert f'aria-checked="{str(is_on).lower()}"' in page
