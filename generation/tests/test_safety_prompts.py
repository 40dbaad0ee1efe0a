"""What the policy holds back before anything is drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import Account, Hold, Plan
from generation.models import Batch, ForbiddenWord, Reason, SafetyCase
from generation.safety import first_words, words
from generation.safety.prompts import PromptHeldBack
from generation.safety.spelling import LONGEST, read
from generation.tests.engine import ask

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _words(db):
    first_words.seed()


@pytest.fixture
def level(settings):
    def choose(name):
        settings.SAFETY = name

    return choose


def test_what_is_forbidden_is_held_back_and_costs_nothing(studio, painter, alice):
    with pytest.raises(PromptHeldBack, match="sexual content"):
        ask(studio, painter, prompt="hentai, a castle")
    case = SafetyCase.objects.get()
    assert (case.author, case.reason, case.stage) == (alice, Reason.SEXUAL, "prompt")
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()


def test_what_is_harmless_is_drawn(studio, painter):
    assert ask(studio, painter, prompt="a rapeseed field, grapes and a therapist in Essex")


@pytest.mark.parametrize(
    "prompt",
    [
        "HENTAI",
        "h e n t a i castle",
        "h.e.n.t.a.i",
        "h3nt4i",
        "heeeentaaai",
        "hént\u0301ai",
        "\uff48\uff45\uff4e\uff54\uff41\uff49",
        "hen\u200btai",
        "(hentai:1.3), a house",
    ],
)
def test_disguises_are_seen_through(studio, painter, prompt):
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt=prompt)


def test_what_shall_be_left_out_may_be_named(studio, painter):
    assert ask(studio, painter, prompt="a castle", negative_prompt="nsfw, porn, hentai")


def test_each_level_holds_back_more(studio, painter, level):
    level("strict")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="a nude statue")
    level("standard")
    assert ask(studio, painter, prompt="a nude statue")
    level("off")
    assert ask(studio, painter, prompt="hentai")


def test_a_plan_may_be_stricter_than_the_site_but_not_laxer(studio, painter, alice, level):
    account = Account.objects.of(alice)
    Plan.objects.filter(pk=account.plan_id).update(safety_level="strict")
    level("off")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="a nude statue")
    Plan.objects.filter(pk=account.plan_id).update(safety_level="standard")
    level("strict")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="a nude statue")


@pytest.mark.parametrize(
    "young",
    [
        "12 year old",
        "12-year-old",
        "9yo",
        "14 y.o.",
        "girl, age 12,",
        "aged 15",
        "kiddos",
        "underaged",
        "prepubescent",
        "teenagers",
        "t e e n",
    ],
)
def test_minors_are_known_by_age_and_by_word(studio, painter, young):
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt=f"a nude {young} at the beach")
    assert SafetyCase.objects.get().reason == Reason.MINORS


@pytest.mark.parametrize(
    "prompt",
    [
        "kids eating grilled chicken breasts",
        "a naked mole rat with its kids",
        "a 12 year old whisky and a nudge",
        "a 45 year old man, naked",
    ],
)
def test_nobody_is_accused_of_the_worst_by_accident(studio, painter, prompt):
    assert ask(studio, painter, prompt=prompt)


def test_the_same_prompt_is_one_case_however_it_is_written(studio, painter):
    for prompt in ("hentai castle", "Hentai  castle!", "hentai, castle"):
        with pytest.raises(PromptHeldBack):
            ask(studio, painter, prompt=prompt)
    assert SafetyCase.objects.count() == 1


@pytest.mark.parametrize("name", ["off", "standard", "strict"])
def test_sexual_content_with_minors_is_refused_at_every_level(studio, painter, level, name):
    ForbiddenWord.objects.all().delete()
    level(name)
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="a n4ked school girl")
    assert SafetyCase.objects.get().reason == Reason.MINORS
    assert ask(studio, painter, prompt="a school girl reads in a garden")


def test_staffs_word_counts_at_once(studio, painter):
    assert ask(studio, painter, prompt="a zeppelin")
    ForbiddenWord.objects.create(text="Zeppelin", reason=Reason.OTHER)
    with pytest.raises(PromptHeldBack, match="rules"):
        ask(studio, painter, prompt="two zeppelins")
    ForbiddenWord.objects.update(is_active=False)
    assert ask(studio, painter, prompt="a zeppelin")


def test_the_form_and_the_api_say_why(as_alice, program, studio, painter):
    answer = as_alice.post(
        "/w/studio/generate/",
        {"model": painter.slug, "prompt": "hentai"},
        headers={"X-Requested-With": "fetch", "Accept": "application/json"},
    )
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["reason"]) == ("held_back", "sexual")
    assert "held back" in error["fields"]["prompt"][0]
    told = program.post(
        "/api/generate", {"model": painter.slug, "prompt": "hentai"}, "application/json"
    )
    assert told.status_code == 422
    assert told.json()["error"]["case"] == error["case"] == str(SafetyCase.objects.get().pk)


def test_seeding_again_brings_nothing_back_that_staff_deleted():
    ForbiddenWord.objects.filter(text="hentai").delete()
    first_words.seed()
    assert not ForbiddenWord.objects.filter(text="hentai").exists()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert all(0 < len(said.split()) <= LONGEST for said in read(text).phrases if said)


def test_long_hostile_texts_are_read(db):
    for text in ("a" * 4000, "a " * 2000, "a.-" * 1300, "(((" * 1300):
        assert words.check(text, "strict") is None
