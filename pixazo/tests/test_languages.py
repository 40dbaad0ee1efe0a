"""All that people read can be translated, and is: English and German are whole."""

import re

import pytest
from django.conf import settings

from pixazo.texts.catalogue import read
from tools.texts import __main__ as texts
from tools.texts import found, unwrapped

TEMPLATES = found.ROOT / "templates"
CATALOGUES = sorted((found.ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
PLACES = re.compile(r"%\(\w+\)[sdi]|%%|%s|\{\w+\}|</?\w+")
# Where English stands: staff's own pages and files, commands, and what says a mistake of ours.
FOR_STAFF = (
    "accounts/ticket_admin.py",
    "billing/stand_in/",  # what Stripe says to programs
    "billing/stripe/incoming.py",  # and what it is told
    "generation/admin/",
    "/management/",
    "generation/catalogue/environment.py",
    "generation/contract/reading.py",
    "generation/invariants.py",
    "generation/providers/diffusers/options.py",
    "generation/providers/remote/adapter.py",
    "generation/providers/remote/queue.py",
    "pixazo/gpus.py",
    "pixazo/backup/",  # of commands
    "pixazo/moving.py",
    "pixazo/settings/",  # wrong ones, told to whoever starts it
    "pixazo/env.py",
)
# The law's own words: each language has a file of its own, as an operator's lawyer would want it.
WHOLE_FILES = {
    *("legal/acceptable-use.html", "legal/privacy.html", "legal/terms.html"),
    *("legal/acceptable-use.de.html", "legal/privacy.de.html", "legal/terms.de.html"),
}
# A table as programs read it.
SAMPLES = {'prompt,steps,seed\na red house at night,8,1\n"a boat, at sea",12,2'}
# What is raised is caught by us, and is what staff read as a failure's details.
DETAILS = {
    "accounts/telling/letters.py": "",
    "accounts/telling/webhooks.py": "address",
    "chat/telegram/calling.py": "did not answer a moment ago",  # for the log
    "chat/telegram/telling.py": "",
    "billing/models/extra.py": "Extra units are some",
    "accounts/models/staff_act.py": "stays as it was written.",
    "billing/models/ledger.py": "The ledger is append-only.",
    "billing/units.py": "no number of halves",
    "chat/llm/answers.py": "It ended without a reason",
    "chat/llm/events.py": "A line without end.",
    "generation/parts.py": "written.",
    "generation/handed.py": "no public address",
    "generation/providers/diffusers/folder.py": "has no ",
    "generation/providers/diffusers/loras.py": "None of its keys",
    "generation/providers/diffusers/making.py": "LoRAs can't be used",
    "generation/providers/diffusers/previews.py": "The decoder gave",
    "generation/providers/diffusers/tuning.py": "",
    "generation/providers/diffusers/weights.py": "",
    "generation/providers/remote/results.py": "A picture of",
    "generation/unmarked.py": "This is no PNG file.",
    "generation/views/found.py": "has no batch.",
    "pixazo/browser_headers.py": "Only what comes after",
    "pixazo/bundles/used_rules.py": "A brace is never closed.",
    "pixazo/templatetags/kept.py": "no plain value",
    "pixazo/bucket.py": "",
    "pixazo/insertion.py": "",
}


def test_every_language_has_both_catalogues():
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE:
            folder = found.ROOT / "locale" / code / "LC_MESSAGES"
            assert {path.name for path in folder.glob("*.po")} == {"django.po", "djangojs.po"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_nothing_is_left_to_translate(path, capsys):
    """`python -m tools.texts` brings the files up to date, and says what is missing."""
    entries = found.of_site() if path.stem == "django" else found.of_scripts()
    assert texts.bring_up_to_date(path, entries, check=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_translations_have_the_places_of_what_they_translate(path):
    wrong = {}
    for entry in read(path)[1:]:
        wanted = [set(PLACES.findall(entry.id)), set(PLACES.findall(entry.plural or entry.id))]
        for text in entry.strings:
            # The form for one may leave the number out.
            has = set(PLACES.findall(text))
            if not (
                has in wanted or (entry.plural and has | {"%(count)s", "{count}"} >= wanted[1])
            ):
                wrong[entry.id] = text
        if entry.id[:1].isspace() or entry.id.endswith("\n"):
            wrong[entry.id] = "begins or ends with a space"
    assert wrong == {}


def test_plurals_have_all_their_forms():
    for path in CATALOGUES:
        header, *entries = read(path)
        forms = int(header.strings[0].split("nplurals=")[1][0])
        assert [e.id for e in entries if len(e.strings) != (forms if e.plural else 1)] == []


@pytest.mark.parametrize(
    "path",
    sorted(
        {
            path.relative_to(TEMPLATES).as_posix()
            for path in TEMPLATES.rglob("*.*")
            if "admin" not in path.parts
        }
        - WHOLE_FILES
    ),
)
def test_templates_say_nothing_that_no_translator_sees(path):
    said = unwrapped.in_template((TEMPLATES / path).read_text("utf-8"))
    assert [text for text in said if text not in SAMPLES] == []


def test_scripts_say_nothing_that_no_translator_sees():
    wrong = {
        path.name: said
        for path in sorted((found.ROOT / "static" / "js").glob("*.js"))
        if (said := unwrapped.in_script(path.read_text("utf-8")))
    }
    assert wrong == {}


def test_refusals_and_messages_say_nothing_that_no_translator_sees():
    wrong = {}
    for room in found.ROOMS:
        for path in (found.ROOT / room).rglob("*.py"):
            place = path.relative_to(found.ROOT).as_posix()
            if "/tests/" in place or any(part in place for part in FOR_STAFF):
                continue
            known = DETAILS.get(place)
            said = list(unwrapped.in_python(path.read_text("utf-8")))
            said = [each for each in said if known is None or known not in each]
            if said:
                wrong[place] = said
    assert wrong == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p>Bare words</p>", ["Bare words"]),
        ("<p>{% if a %}Yes, it is{% endif %}</p>", ["Yes, it is"]),
        ('<a title="A title"><i class="bi"></i></a>', ["A title"]),
        ('{% include "x.html" with label="A label" only %}', ["A label"]),
        ('{{ name|default:"Nobody" }}', ["Nobody"]),
        ('{% translate "Said" %} · Pixazo <code>make run</code> {{ name }}', []),
        ("{% blocktranslate %}<b>Said</b> well{% endblocktranslate %}", []),
    ],
)
def test_the_search_finds_bare_words_in_templates(source, said):
    assert unwrapped.in_template(source) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('say({ text: "Copied it." });', True),
        ("line.textContent = `For ${a} there are none.`;", True),
        ('button.title = "Dismiss";', True),
        ('say({ text: translate("Copied it.") });', False),
        ('icon.className = "bi bi-check2 text-success"; // Not said. At all.', False),
    ],
)
def test_the_search_finds_bare_words_in_scripts(source, said):
    assert bool(unwrapped.in_script(source)) == said


def test_the_search_finds_bare_words_in_python():
    assert list(unwrapped.in_python('raise NotYours("This is not yours.")')) != []
    assert list(unwrapped.in_python('messages.success(request, f"{name} is saved.")')) != []
    assert list(unwrapped.in_python('raise NotYours(_("This is not yours."))')) == []
    assert list(unwrapped.in_python('raise KeyError("name")')) == []
