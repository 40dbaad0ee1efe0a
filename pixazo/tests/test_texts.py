"""Texts in their languages: how catalogues are kept, compiled and brought to the pages."""

import gettext
import json
import re

import pytest
from django.template import engines
from django.utils import translation

from pixazo.texts import scripts
from pixazo.texts.catalogue import Entry, read, write
from pixazo.texts.compiled import compiled
from pixazo.texts.kept import LONGEST, _pattern, shown
from tools.texts import __main__ as texts
from tools.texts.found import NotWrittenOut, in_python, in_script, in_template

HEADER = Entry(
    "",
    strings=[
        """Language: de
Content-Type: text/plain; charset=UTF-8
Plural-Forms: nplurals=2; plural=(n != 1);
"""
    ],
)
CAT = Entry("a cat", strings=["eine Katze"], places=["cats.py"])
CATS = Entry("%(n)s cat", plural="%(n)s cats", strings=["%(n)s Katze", "%(n)s Katzen"])
QUOTED = Entry('say "hi"\nand\tgo \\', strings=['sag "hallo"\nund\tgeh \\ ä'])


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    write(path, [HEADER, CAT, CATS, QUOTED])
    return path


def german(folder):
    return gettext.translation("django", folder, ["de"])


def test_what_is_written_is_read_again(catalogue):
    assert read(catalogue) == [HEADER, CAT, CATS, QUOTED]


def test_pythons_own_gettext_reads_what_is_compiled(catalogue, tmp_path):
    found = german(compiled(tmp_path / "locale", tmp_path / "data"))
    assert found.gettext("a cat") == "eine Katze"
    assert found.ngettext("%(n)s cat", "%(n)s cats", 1) == "%(n)s Katze"
    assert found.ngettext("%(n)s cat", "%(n)s cats", 0) == "%(n)s Katzen"
    assert found.gettext(QUOTED.id) == QUOTED.strings[0]
    assert found.gettext("a dog") == "a dog"


def test_what_is_stale_or_missing_is_compiled_anew(catalogue, tmp_path):
    made = compiled(tmp_path / "locale", tmp_path / "data")
    first = (made / "de" / "LC_MESSAGES" / "django.mo").stat().st_ino
    compiled(tmp_path / "locale", tmp_path / "data")
    assert (made / "de" / "LC_MESSAGES" / "django.mo").stat().st_ino == first
    write(catalogue, [HEADER, Entry("a cat", strings=["ein Kater"])])
    assert german(compiled(tmp_path / "locale", tmp_path / "data")).gettext("a cat") == "ein Kater"
    (made / "de" / "LC_MESSAGES" / "django.mo").unlink()
    assert german(compiled(tmp_path / "locale", tmp_path / "data")).gettext("a cat") == "ein Kater"


def test_a_doubtful_or_empty_translation_is_not_shown(catalogue, tmp_path):
    doubtful = Entry("a cat", strings=["ein Hund"], flags={"fuzzy"})
    write(catalogue, [HEADER, doubtful, Entry("a dog", strings=[""])])
    found = german(compiled(tmp_path / "locale", tmp_path / "data"))
    assert (found.gettext("a cat"), found.gettext("a dog")) == ("a cat", "a dog")


def test_texts_are_found_wherever_they_are_said():
    python = '_("One " "text")\nngettext("%(n)s cat", "%(n)s cats", n)\ngettext(kept)\n'
    assert list(in_python(python, "a.py")) == [("One text", ""), ("%(n)s cat", "%(n)s cats")]
    page = (
        '{% load i18n %}<p title="{% translate \'A "title"\' %}">{% blocktranslate %}{{ n }} of'
        " 10 %{% endblocktranslate %}{% include 'x' with label=_(\"Label\") only %}"
        "{% blocktranslate count n=n %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktranslate %}"
    )
    assert list(in_template(page, "a.html")) == [
        ('A "title"', ""),
        ("%(n)s of 10 %%", ""),
        ("Label", ""),
        ("%(n)s cat", "%(n)s cats"),
    ]
    script = (
        'import { plural, translate } from "./texts.js";\nthis.translate("no");'
        ' translate("Yes \\"{a}\\"");\n'
        'plural(\n  "{count} cat",\n  "{count} cats", n);'
    )
    assert list(in_script(script, "a.js")) == [('Yes "{a}"', ""), ("{count} cat", "{count} cats")]


@pytest.mark.parametrize(
    ("search", "source"),
    [
        (in_python, '_(f"{n} cats")'),
        (in_script, 'import { translate } from "./texts.js";\ntranslate(`${n} cats`)'),
    ],
)
def test_a_text_that_no_translator_could_find_is_refused(search, source):
    with pytest.raises(NotWrittenOut, match="a:"):
        list(search(source, "a"))


def test_the_catalogue_follows_the_code_and_keeps_what_was_translated(catalogue, monkeypatch):
    monkeypatch.setattr(texts, "CATALOGUES", catalogue.parents[2])
    asked = [Entry("a cat", places=["new.py"]), Entry("a dog", places=["new.py"])]
    assert texts.bring_up_to_date(catalogue, asked, check=True) == 3  # one open, two unused
    assert len(read(catalogue)) == 4
    texts.bring_up_to_date(catalogue, asked, check=False)
    _, cat, dog = read(catalogue)
    assert (cat.strings, cat.places, dog.strings) == (["eine Katze"], ["new.py"], [""])


def forget_texts():
    """Also those that pages keep, with their templates: while a site runs they stay as they are."""
    scripts._texts.cache_clear()
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


def test_a_page_brings_its_scripts_what_they_say(client, db, catalogue, settings):
    write(catalogue.with_name("djangojs.po"), [HEADER, Entry("</b>", strings=["</script>"])])
    settings.CATALOGUES = catalogue.parents[2]
    forget_texts()
    try:
        page = client.get("/account/login/", headers={"Accept-Language": "de"}).content.decode()
        block = re.search(r'<script id="texts" type="application/json">(.*?)</script>', page)
        assert json.loads(block[1]) == {"</b>": ["</script>"]}
        assert 'id="texts"' not in client.get("/account/login/").content.decode()
        with translation.override("en"):
            assert scripts.script_texts() == {}
    finally:
        forget_texts()


@pytest.mark.parametrize(
    ("english", "sentence", "values"),
    [
        ("%(a)s is %(b)s.", "A cat is here.", {"a": "A cat", "b": "here"}),
        ("%(a)s is %(b)s.", "It is what is left.", {"a": "It", "b": "what is left"}),
        ("%(a)s is %(b)s.", "It is .", None),
        ("%(a)s is %(b)s.", " is here.", None),
        ("%(a)s is %(b)s.", "A cat was here.", None),
        ("%(n)s of %(n)s cats", "3 of 3 cats", {"n": "3"}),
        ("%(n)s of %(n)s cats", "2 of 3 cats", None),
        ("%(share)s %% of %(a)s", "5 % of it\nall", {"share": "5", "a": "it\nall"}),
        ("for %(a)s", "for a", {"a": "a"}),
        ("for %(a)s", "for ", None),
        ("%(a)s%(b)s!", "xyz!", {"a": "x", "b": "yz"}),
    ],
)
def test_a_kept_sentence_says_what_differs_in_it(english, sentence, values):
    assert _pattern(english).values(sentence) == values


def test_a_text_that_somebody_wrote_for_it_is_not_divided_in_every_way():
    """A regular expression took 17 seconds over these."""
    for piece in ("by , ,  and  pixels", " must be a multiple of :  or , not ."):
        with translation.override("de"):
            for text in (f"{piece}x" * (LONGEST // len(piece) - 5), f"{piece}x" * 100):
                assert shown(f"{text}\x01") == f"{text}\x01"
    nothing = "by x, " + "x, " * 150 + "x"
    assert _pattern("by %(a)s, %(b)s, %(c)s, %(d)s and %(e)s pixels").values(nothing) is None
