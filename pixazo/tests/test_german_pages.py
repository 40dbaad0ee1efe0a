"""Whole pages in German: no English is left on them, and programs read what they always do."""

import re
from html.parser import HTMLParser

import pytest
from django.utils import translation

from accounts.models import Preference
from billing.models import Account
from generation.models import Job
from generation.tests.engine import ask, draw_all
from pixazo.texts.catalogue import read
from pixazo.texts.kept import shown
from tools.texts.found import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GERMAN = {"Accept-Language": "de"}
PAGES = (
    "/",
    "/account/",
    "/account/data/",
    "/account/delete/",
    "/account/keys/",
    "/account/units/",
    "/account/email/",
    "/account/login/",
    "/account/password/change/",
    "/account/security/",
    "/account/signup/",
    "/account/staff/",
    "/account/usage/",
    "/check/",
    "/experiments/",
    "/gallery/",
    "/gallery/trash/",
    "/models/",
    "/nothing-here/",
    "/queue/",
    "/safety/",
    "/status/",
    "/themes/",
    "/workspaces/",
    "/workspaces/new/",
    "/w/studio/",
    "/w/studio/edit/",
    "/w/studio/experiments/new/",
)


class Said(HTMLParser):
    """What a page says: its texts, and what is read out or shown of its tags."""

    def __init__(self, page):
        super().__init__()
        self.texts = set()
        self.silent = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        for name, value in attrs:
            if name in ("title", "aria-label", "alt", "placeholder", "done", "pending") and value:
                self.texts.add(value.strip())

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            self.texts.add(" ".join(data.split()))


def english():
    """What is said otherwise in German."""
    entries = read(ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po")
    return {each.id for each in entries if each.strings[0] != each.id and len(each.id) > 3}


@pytest.fixture
def drawn(studio, painter):
    ask(studio, painter, prompt="ein Fuchs")
    draw_all()
    ask(studio, painter, prompt="ein Hase")
    Job.objects.filter(state="queued").update(
        state="failed",
        error_code="worker_lost",
        error="The worker was lost three times while it made this picture.",
    )
    return studio


@pytest.mark.parametrize("address", PAGES)
def test_no_english_is_left_on_a_german_page(drawn, as_alice, client, address):
    who = client if address in {"/", "/account/login/", "/account/signup/"} else as_alice
    page = who.get(address, headers=GERMAN, follow=True)
    assert '<html lang="de"' in page.content.decode()
    assert Said(page.content.decode()).texts & english() == set()


def test_the_same_search_finds_english(as_alice):
    assert Said(as_alice.get("/gallery/").content.decode()).texts & english() != set()


def test_why_a_picture_failed_is_kept_in_english_and_shown_in_german(drawn, as_alice):
    kept = "The worker was lost three times while it made this picture."
    assert Job.objects.get(state="failed").error == kept
    page = as_alice.get("/w/studio/", headers=GERMAN).content.decode()
    assert "Der Worker fiel dreimal aus, während er dieses Bild machte." in page
    assert kept in as_alice.get("/w/studio/").content.decode()


@pytest.mark.parametrize(
    ("kept", "german"),
    [
        ("This picture was deleted.", "Dieses Bild wurde gelöscht."),
        (
            "Guidance set to 7.5: This model always uses 7.5.",
            "Guidance auf 7,5 gesetzt: Dieses Modell benutzt immer 7,5.",
        ),
        (
            "Steps was not used: this model is not guided.",
            "Schritte wurde nicht benutzt: Dieses Modell kennt keine Guidance.",
        ),
        ("less than 0.1 %", "weniger als 0,1 %"),
        ("Something that nobody translated.", "Something that nobody translated."),
        ("", ""),
    ],
)
def test_kept_sentences_are_found_again_with_what_differs_in_them(kept, german):
    with translation.override("de"):
        assert shown(kept) == german
    with translation.override("en"):
        assert shown(kept) == kept


def test_what_was_corrected_is_kept_in_english_whoever_asked(as_alice, studio, painter):
    answer = as_alice.post(
        "/api/generate",
        {"prompt": "ein Fuchs", "workspace": "studio", "model": "painter", "strength": 0.5},
        content_type="application/json",
        headers=GERMAN,
    )
    said = "Strength was not used: it is for working from a picture."
    assert studio.batches.get().corrections == [said]
    assert answer.json()["corrections"] == [
        "Die Stärke wurde nicht benutzt: Sie ist für die Arbeit mit einem Bild."
    ]


def test_codes_are_the_same_in_every_language(as_alice, studio, painter):
    request = {"prompt": "", "workspace": "studio", "model": "painter"}
    answers = [
        as_alice.post(
            "/api/generate",
            request,
            content_type="application/json",
            headers={"Accept-Language": code},
        )
        for code in ("en", "de")
    ]
    english_error, german_error = (answer.json()["error"] for answer in answers)
    assert english_error["code"] == german_error["code"] == "invalid"
    assert set(english_error["fields"]) == set(german_error["fields"]) == {"prompt"}
    assert english_error["message"] == "Describe the picture you want."
    assert german_error["message"] == "Beschreibe das Bild, das du willst."


def test_numbers_are_german_where_they_are_read_and_plain_where_scripts_read_them(
    as_alice, alice, studio
):
    account = Account.objects.of(alice)
    Account.objects.filter(pk=account.pk).update(spent=0.5)
    page = as_alice.get("/account/units/", headers=GERMAN).content.decode()
    assert re.search(r'<units-left [^>]*left="\d+\.5"', page)
    assert re.search(r"noch \d+,5<", page)
    wrong = re.findall(r'(?:value|min|max|step|left|daily|data-units)="\d+,\d+"', page)
    assert wrong == []


def test_letters_are_in_the_language_of_who_asks_for_them(client, alice, mailoutbox):
    client.post("/account/password/reset/", {"email": alice.email}, headers=GERMAN)
    assert mailoutbox[0].subject == "Setze ein neues Passwort"
    assert "öffne diesen Link" in mailoutbox[0].body
    assert "&" not in mailoutbox[0].body


def test_a_person_may_set_the_language_by_program(as_alice, alice):
    Preference.objects.remember(alice, {"language": "de"})
    assert '<html lang="de"' in as_alice.get("/account/").content.decode()
