"""What the assistant proposes holds against the contract and what a person may use, whoever says
it: a language model, whatever it answers, or the site's own words."""

import json

import pytest
from django.core.cache import cache

from chat import asking
from chat.assistant import chips, proposing, taking
from chat.assistant.change_set import checked
from chat.assistant.consulting import object_in
from chat.assistant.form_state import Allowed, FormState
from chat.assistant.shown import shown
from chat.limits import TooManyMessages
from chat.models import Conversation
from generation.models import ImageModel, reason
from pixazo.errors import UserError
from workspaces.models import Membership, Scope, Style

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FETCH = {"X-Requested-With": "fetch"}
FORM = {"prompt": "an old sailor", "model": "painter", "width": "64", "height": "64"}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def ink(studio, alice):
    return Style.objects.create(
        scope=Scope.WORKSPACE, workspace=studio, owner=alice, name="Ink", positive_prompt="ink"
    )


@pytest.fixture
def allowed(studio, alice, painter, ink):
    return Allowed.of(alice, studio)


@pytest.fixture
def quiet_talk(studio, alice, painter):
    """A chat of a site without a language model."""
    return Conversation.objects.create(workspace=studio, author=alice, model="")


def member(workspace, person):
    return Membership.objects.select_related("user").get(workspace=workspace, user=person)


def parts_of(change_set):
    return {each.name: each.after for each in change_set.parts}


def pressed(talk, person, kind="improve", form=FORM):
    return chips.answer(talk, kind, form, member(talk.workspace, person))


def answered(talk, person, kind="improve", form=FORM):
    """Of a language model."""
    message = pressed(talk, person, kind, form)
    assert message.is_answering
    asking.answer(message.pk)
    message.refresh_from_db()
    return message


# --- What holds ---


def test_each_part_is_checked_against_the_contract_and_kept_with_its_reason(allowed):
    said = {
        "prompt": {"value": "an old sailor, at dusk", "reason": "It had no light."},
        "negative_prompt": "photo",
        "size": {"value": "96 x 128", "reason": "He is tall."},
        "steps": {"value": 12, "reason": "Finer."},
        "style": "ink",
    }
    found = checked(said, FormState.read(FORM), allowed)
    assert parts_of(found) == {
        "prompt": "an old sailor, at dusk",
        "negative_prompt": "photo",
        "style": "Ink",
        "size": "96 \N{MULTIPLICATION SIGN} 128",
        "num_inference_steps": "12",
    }
    assert found.parts[0].reason == "It had no light."
    assert found.notes == ()


@pytest.mark.parametrize(
    "said",
    [
        {"model": "gpt-5-image"},
        {"model": {"value": "Flux", "reason": "x"}},
        {"style": "Picasso"},
        {"style": {"value": ["Ink"]}},
        {"size": "63x64"},
        {"size": [64]},
        {"size": {"width": "wide", "height": 1e400}},
        {"size": "huge"},
        {"steps": 9000},
        {"steps": "many"},
        {"steps": True},
    ],
)
def test_what_does_not_hold_is_left_out_and_said(allowed, said):
    found = checked(said, FormState.read(FORM), allowed)
    assert found.parts == ()
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"prompt": 7, "negative_prompt": None, "model": "", "notes": {"a": 1}},
        {"prompt": "an old sailor", "model": "Painter", "size": [64, 64], "style": "none"},
        {"unknown": {"value": 1}},
    ],
)
def test_what_is_no_change_is_none(allowed, said):
    found = checked(said, FormState.read(FORM), allowed)
    assert (found.parts, found.notes) == ((), ())


def test_a_model_of_another_plan_is_no_model(allowed, alice, studio):
    from billing.models import Plan

    rich = ImageModel.objects.create(slug="flux", name="FLUX", address="x")
    rich.plans.add(Plan.objects.create(slug="rich", name="Rich"))
    found = checked({"model": "flux"}, FormState.read(FORM), Allowed.of(alice, studio))
    assert found.parts == ()
    assert "flux" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ('{"a": 1}', {"a": 1}, ""),
        ('Sure!\n```json\n{"a": 1}\n```\nBye', {"a": 1}, "Sure!\n\nBye"),
        ('I {think} so: {"a": {"b": 2}}.', {"a": {"b": 2}}, "I {think} so:\n\n."),
        ("nothing", None, "nothing"),
        ("{" * 5000, None, "{" * 5000),
        ('{"a": ' * 3000, None, '{"a": ' * 3000),
        ("```json\n[1]\n```", None, "```json\n[1]\n```"),
    ],
)
def test_json_is_found_in_whatever_it_is_wrapped(text, found, rest):
    assert object_in(text) == (found, rest)


# --- The site's own words ---


def test_the_sites_own_words_improve_a_prompt(allowed):
    found = proposing.improve(FormState.read(FORM | {"num_inference_steps": "1"}), allowed)
    parts = parts_of(found)
    assert parts["prompt"].startswith("an old sailor, ")
    assert parts["num_inference_steps"] == "4"
    assert parts["negative_prompt"]
    assert all(each.reason for each in found.parts)


def test_what_shall_not_be_there_moves_to_leave_out(allowed):
    form = FormState.read(FORM | {"prompt": "a street, no cars, at night"})
    parts = parts_of(proposing.improve(form, allowed))
    assert parts["negative_prompt"] == "cars"
    assert "cars" not in parts["prompt"]


def test_a_tall_thing_gets_a_tall_picture(allowed):
    form = FormState.read(FORM | {"prompt": "portrait of a sailor"})
    size = next(each for each in proposing.improve(form, allowed).parts if each.name == "size")
    assert size.values["height"] > size.values["width"]


def test_styles_are_offered_to_choose_from_the_present_ones_first(allowed):
    found = proposing.suggest_style(FormState.read(FORM), allowed)
    assert found.parts[0].name == "style"
    assert found.parts[0].after == "Ink"
    assert found.parts[-1].name == "prompt"


# --- The buttons ---


@pytest.mark.parametrize("kind", chips.ASKS)
def test_without_a_language_model_a_button_answers_at_once(quiet_talk, alice, ink, kind):
    answer = pressed(quiet_talk, alice, kind)
    question, stored = quiet_talk.messages.in_order()
    assert (question.role, question.proposal["ask"]) == ("user", kind)
    assert (stored.pk, stored.state) == (answer.pk, "whole")
    assert stored.content
    assert shown(stored.proposal).by == ""
    quiet_talk.refresh_from_db()
    assert quiet_talk.title == "Old sailor"


def test_pressed_again_it_says_something_else(quiet_talk, alice):
    prompts = {parts["after"] for _time in range(4) for parts in prompt_parts(quiet_talk, alice)}
    assert len(prompts) > 1


def prompt_parts(talk, person):
    found = pressed(talk, person).proposal["parts"]
    return [each for each in found if each["name"] == "prompt"]


@pytest.mark.parametrize(
    ("kind", "form"), [("paint", FORM), ("improve", {}), ("improve", {"prompt": " "})]
)
def test_what_can_not_be_asked_is_refused(quiet_talk, alice, kind, form):
    with pytest.raises(UserError):
        pressed(quiet_talk, alice, kind, form)
    assert not quiet_talk.messages.exists()


def test_who_only_looks_on_asks_nothing(quiet_talk, charlie):
    Membership.objects.create(workspace=quiet_talk.workspace, user=charlie, role="viewer")
    with pytest.raises(UserError) as error:
        pressed(quiet_talk, charlie)
    assert error.value.status == 403


def test_a_language_model_proposes_by_json_in_its_answer(talk, alice, painter, language_model):
    changes = {"prompt": {"value": "an old sailor at dusk", "reason": "Light."}, "model": "dall-e"}
    block = json.dumps({"changes": changes})
    language_model.answers = [f"I would add light.\n```json\n{block}\n```"]
    answer = answered(talk, alice)
    assert (answer.state, answer.content) == ("whole", "I would add light.")
    found = shown(answer.proposal)
    assert [each.after for each in found.parts] == ["an old sailor at dusk"]
    assert found.by == "grok-4"
    assert "dall-e" in found.notes[0]
    told = language_model.asked[0]["messages"][0]["content"]
    assert "painter" in told
    assert "an old sailor" in told


@pytest.mark.parametrize("scenario", ["cut", "garbage", "nothing", "bad-key"])
def test_where_the_language_model_fails_the_sites_own_words_answer(
    talk, alice, painter, language_model, scenario
):
    language_model.scenario = scenario
    answer = answered(talk, alice)
    assert answer.state == "whole"
    found = shown(answer.proposal)
    assert found.parts
    assert found.by == ""
    assert found.notes[0].endswith("This comes from the site's own words.")


def test_an_answer_without_changes_is_answered_in_its_place(talk, alice, painter, language_model):
    language_model.answers = ["Nice prompt!"]
    assert shown(answered(talk, alice).proposal).parts


def test_in_talk_a_proposal_is_about_the_form_as_it_was_told_last(
    talk, alice, painter, language_model
):
    language_model.answers = ["{}", '{"changes": {"prompt": "an old sailor in snow"}}', "Hello."]
    answered(talk, alice)
    for words, parts in (("in winter", 1), ("thanks", 0)):
        message = asking.ask(talk, words, author=alice)
        asking.answer(message.pk)
        message.refresh_from_db()
        assert len(shown(message.proposal).parts) == parts
        if parts:
            assert shown(message.proposal).parts[0].before == "an old sailor"


# --- The doors for programs, with a language model ---


def test_a_prompt_is_improved_by_the_language_model(as_alice, provider, language_model):
    language_model.answers = ['{"prompt": "a fox at dusk", "notes": ["It had no light."]}']
    found = post(as_alice, "prompts/enhance", prompt="a fox")
    assert found == {"prompt": "a fox at dusk", "notes": ["It had no light."], "by": "grok-3-auto"}


@pytest.mark.parametrize("said", ["no idea", "{}", '{"prompt": 7}', '{"prompt": " "}', "[[cut]]"])
def test_a_useless_answer_falls_back_and_says_so(as_alice, provider, language_model, said):
    language_model.answers = [said]
    language_model.scenario = "cut" if said == "[[cut]]" else ""
    found = post(as_alice, "prompts/enhance", prompt="a fox")
    assert found["by"] == "local"
    assert found["prompt"].startswith("a fox, ")
    assert found["notes"][0].endswith("This comes from the site's own words.")


def test_a_made_up_model_is_never_named(as_alice, provider, language_model, painter):
    ImageModel.objects.create(slug="other", name="Other", address="x", position=500)
    for said, chosen in (("other", "other"), ("midjourney", "painter")):
        language_model.answers = [json.dumps({"model": said, "reason": "Because of " + said})]
        found = post(as_alice, "images/recommend-model", prompt="a fox")
        assert found["model_id"] == chosen
        assert "midjourney" not in found["reason"]


def test_made_up_styles_are_not_there_and_new_ones_come_last(
    as_alice, provider, language_model, ink
):
    said = {
        "new": [{"name": "Dusk", "positive_prompt": "at dusk"}, {"name": "Ink"}, "x", {}],
        "existing": [{"name": "Picasso"}, {"name": "INK", "reason": "Fits."}, {"name": "ink"}],
    }
    language_model.answers = [json.dumps(said)]
    found = post(as_alice, "styles/suggest", prompt="a fox", workspace="studio")
    known = [(each["name"], each["new"], each["positive_prompt"]) for each in found["styles"]]
    assert known == [("Ink", False, "ink"), ("Dusk", True, "{prompt}, at dusk")]


def post(client, path, **body):
    response = client.post(f"/api/{path}", json.dumps(body), "application/json")
    assert response.status_code == 200, response.json()
    return response.json()


# --- What is taken ---


def test_what_is_taken_is_marked_and_put_back(quiet_talk, alice):
    answer = pressed(quiet_talk, alice)
    taking.take(answer, [0])
    answer.refresh_from_db()
    assert shown(answer.proposal).taken == 1
    assert not shown(answer.proposal).is_whole
    taking.take(answer, [1])
    answer.refresh_from_db()
    assert shown(answer.proposal).is_whole
    assert [each.is_taken for each in shown(answer.proposal).parts][:2] == [True, True]
    taking.put_back(answer)
    answer.refresh_from_db()
    assert not shown(answer.proposal).is_taken
    for wrong in ([99], [], [-1]):
        with pytest.raises(UserError):
            taking.take(answer, wrong)


@pytest.mark.parametrize(
    "proposal",
    [
        None,
        7,
        [],
        {"parts": "x", "notes": 7, "calls": {}, "by": []},
        {"parts": [1, None, {"name": "script"}, {"name": "prompt", "values": {"prompt": 7}}]},
        {"parts": [{"name": "size", "values": {"width": True, "height": 1}}], "applied": "0"},
        {"parts": [{"name": ["prompt"], "values": {}}]},
    ],
)
def test_a_proposal_from_a_strangers_file_is_read_for_what_it_is(proposal):
    assert shown(proposal).parts == ()


def test_a_reason_is_kept_plain():
    sent = {
        "parts": [{"name": "prompt", "why": " It had\nno light. "}, {"name": "x", "why": "y"}, 7],
        "by": "grok-4",
        "chat": "01a1fd14-cdc1-785d-b1eb-fdf9756761c4",
        "more": 1,
    }
    found = reason.read(json.dumps(sent))
    assert found == {
        "parts": [{"name": "prompt", "why": "It had no light."}],
        "by": "grok-4",
        "chat": "01a1fd14-cdc1-785d-b1eb-fdf9756761c4",
    }
    for nothing in ("", "{", "[]", "7", '{"parts": []}', '{"chat": "x"}', "[" * 9000, "[" * 7000):
        assert reason.read(nothing) is None
    assert reason.read('{"parts": [{"name": ["prompt"], "why": "x"}]}') is None


def test_the_reason_stays_with_what_is_drawn(as_alice, studio, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    why = json.dumps({"parts": [{"name": "prompt", "why": "It had no light."}]})
    form = FORM | {"reason": why, "num_inference_steps": "4", "count": "1"}
    card = as_alice.post("/w/studio/generate/", form, headers=FETCH)
    assert card.status_code == 201
    assert "It had no light." in card.content.decode()
    batch = studio.batches.get()
    assert batch.reason == {"parts": [{"name": "prompt", "why": "It had no light."}]}
    job = as_alice.get(f"/api/status/{batch.jobs.get().pk}").json()
    assert job["reason"] == batch.reason
    as_alice.post("/w/studio/generate/", form | {"reason": "{"})
    assert studio.batches.filter(reason__isnull=True).count() == 1


def test_who_has_no_messages_left_today_still_gets_a_proposal(
    talk, alice, painter, language_model, monkeypatch
):
    def none_left(person):
        raise TooManyMessages("Your plan has 3 messages a day.")

    monkeypatch.setattr("chat.limits.take", none_left)
    answer = pressed(talk, alice)
    assert answer.state == "whole"
    assert shown(answer.proposal).notes[0].startswith("Your plan has 3 messages a day. This")
    assert language_model.asked == []
