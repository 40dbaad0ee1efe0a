"""Staff look after what the site itself offers, and see nothing of what people keep."""

from datetime import timedelta

import pytest

from generation.collector import forget_presets
from generation.tests.page import words
from pixazo.ids import uuid7
from workspaces import first_words
from workspaces.models import Scope, Style, Theme, WordList

ADMIN = "/admin/workspaces"


def add(client, kind, **fields):
    return client.post(f"{ADMIN}/{kind}/add/", fields)


def errors_of(response):
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


def act(client, kind, action, row):
    data = {"action": action, "_selected_action": [str(row.pk)]}
    return client.post(f"{ADMIN}/{kind}/", data, follow=True)


def chosen_from(client):
    return words(client.get("/styles/"))


@pytest.fixture
def ink(as_dora):
    add(as_dora, "style", name="Ink", positive_prompt="{prompt}, ink", position=3)
    return Style.objects.get(name="Ink")


def test_a_new_style_can_be_chosen_by_everybody(as_dora, as_charlie, ink):
    assert (ink.scope, ink.owner, ink.workspace) == (Scope.SITE, None, None)
    assert "Ink" in chosen_from(as_charlie)


def test_what_was_taken_away_can_not_be_chosen_until_it_is_brought_back(as_dora, as_charlie, ink):
    act(as_dora, "style", "take_away", ink)
    assert "Ink" not in chosen_from(as_charlie)
    act(as_dora, "style", "bring_back", ink)
    assert "Ink" in chosen_from(as_charlie)


def test_what_was_taken_away_is_not_made_again_by_the_next_start(as_dora, db):
    first_words.seed()
    row = Theme.objects.filter(scope=Scope.SITE).first()
    act(as_dora, "theme", "take_away", row)
    row.refresh_from_db()
    forget_presets(row.deleted + timedelta(days=365))
    first_words.seed()
    assert not Theme.objects.living().filter(name=row.name).exists()


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("style", {"name": "Nothing", "position": 0}, "holds something"),
        ("style", {"name": "Open", "positive_prompt": "{a|b", "position": 0}, "{"),
        ("style", {"name": "Two", "positive_prompt": "{prompt} {prompt}", "position": 0}, "once"),
        ("theme", {"name": " ", "base_prompt": "by the sea"}, "name"),
        ("wordlist", {"name": "Größe", "lines": "small"}, "digits"),
        ("wordlist", {"name": "size", "lines": "# nothing"}, "at least one line"),
        ("wordlist", {"name": "size", "lines": "__size__"}, "size"),
    ],
)
def test_the_rules_are_those_of_everybody(as_dora, kind, fields, words):
    assert words in errors_of(add(as_dora, kind, **fields))


def test_a_lists_name_is_taken_once(as_dora):
    assert add(as_dora, "wordlist", name="size", lines="small\nlarge").status_code == 302
    assert "already" in errors_of(add(as_dora, "wordlist", name="size", lines="tall"))
    row = WordList.objects.get()
    assert row.count == 2
    page = f"{ADMIN}/wordlist/{row.pk}/change/"
    assert as_dora.post(page, {"name": "size", "lines": "tall"}).status_code == 302


def test_staff_find_nothing_of_what_people_keep(as_dora, alice, studio):
    mine = Style.objects.create(
        owner=alice, scope=Scope.PERSONAL, name="Secret", positive_prompt="x"
    )
    assert "Secret" not in as_dora.get(f"{ADMIN}/style/").content.decode()
    for pk in (mine.pk, uuid7()):
        assert as_dora.get(f"{ADMIN}/style/{pk}/change/").status_code == 302
    act(as_dora, "style", "take_away", mine)
    mine.refresh_from_db()
    assert mine.deleted is None


def test_the_order_of_styles_is_changed_in_the_list(as_dora, ink):
    form = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(ink.pk),
        "form-0-position": "7",
        "_save": "Save",
    }
    as_dora.post(f"{ADMIN}/style/", form)
    ink.refresh_from_db()
    assert (ink.position, ink.positive_prompt) == (7, "{prompt}, ink")
