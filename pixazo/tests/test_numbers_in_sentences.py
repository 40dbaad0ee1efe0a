"""Numbers stand in sentences as people write them, also in those that rows keep in English."""

import pytest
from django.utils.translation import override

from generation.contract import Parameter
from generation.experiments import values
from pixazo.texts.kept import shown
from pixazo.texts.numbers import counted, rewritten, written


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [(7.5, "7.5", "7,5"), (7.0, "7", "7"), (2048, "2048", "2048"), (-0.25, "-0.25", "-0,25")],
)
def test_a_number_is_written_as_its_language_does(number, english, german):
    assert written(number) == english
    with override("de"):
        assert written(number) == german


def test_many_have_marks_between_thousands():
    assert counted(32000) == "32,000"
    with override("de"):
        assert counted(32000) == "32.000"


@pytest.mark.parametrize(
    ("kept", "german"),
    [
        ("7.5", "7,5"),
        ("1,200", "1.200"),
        ("1,200.5", "1.200,5"),
        ("12.3 %", "12,3 %"),
        ("-2", "-2"),
        ("1.2.3", "1.2.3"),
        ("1,2", "1,2"),
        ("v1.5", "v1.5"),
        ("", ""),
        (".5", ".5"),
        ("9" * 400, "9" * 400),
    ],
)
def test_what_was_written_in_english_is_rewritten(kept, german):
    assert rewritten(kept) == kept
    with override("de"):
        assert rewritten(kept) == german


def test_a_refusal_has_them_in_its_language():
    guidance = Parameter("guidance_scale", 7.5, 1.5, 20.0, 0.5)
    with override("de"), pytest.raises(ValueError, match=r"zwischen 1,5 und 20 .* nicht bei 0,5"):
        guidance.check(0.5)
    with override("de"), pytest.raises(ValueError, match="in Schritten von 0,1"):
        values.numbers("1-90", "Strength", 0.1)


def test_a_kept_sentence_has_them_in_the_readers_language():
    fixed = Parameter("guidance_scale", 7.5, 7.5, 7.5, 0.5, fixed=True, reason="It is distilled.")
    said = fixed.corrected(3)
    assert "7.5" in said
    with override("de"):
        assert "7,5" in shown(said)
        assert "7.5" not in shown(said)


def test_two_kept_sentences_are_both_translated():
    said = (
        "You have 2.5 units left today, this needs 4."
        " Your units are back at 00:00 UTC (in 3 h 20 min)."
    )
    with override("de"):
        assert "2,5 Einheiten" in shown(said)
        assert "this needs" not in shown(said)
        assert "Your units" not in shown(said)
