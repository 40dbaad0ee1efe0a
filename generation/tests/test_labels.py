"""Names become words that people read."""

import pytest

from generation import labels
from generation.templatetags.studio import between


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ({"verdict": "identical"}, "Identical"),
        ({"verdict": "near", "difference": {"share": 0.004}}, "Near: 0.4 % of pixels differ"),
        (
            {"verdict": "near", "difference": {"share": 0.00001}},
            "Near: less than 0.1 % of pixels differ",
        ),
        (
            {"verdict": "different", "changed": ["libraries.torch: 2.12 -> 2.13"]},
            "Different: torch 2.13 instead of 2.12",
        ),
        ({"verdict": "different"}, "Different: the pixels are others"),
    ],
)
def test_a_verdict_is_a_sentence(verdict, sentence):
    assert labels.verdict(verdict) == sentence


def test_what_has_no_label_keeps_its_name():
    assert labels.scheduler("of-tomorrow") == "of-tomorrow"
    assert labels.scheduler("") == "The model's own"
    assert labels.mode("hologram") == "hologram"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ((5, 5), "about 5 s"),
        ((25, 40), "25-40 s"),
        ((50, 150), "50 s-3 min"),
        ((1, 6), "1-6 s"),
        ((2, 18), "2-18 s"),
        ((2, 25), "under 25 s"),
        ((1, 118), "under 2 min"),
        ((5, 100), "under 2 min"),
        ((30, 170), "30 s-3 min"),
        ((61, 500), "under 9 min"),
        ((110, 125), "about 2 min"),
        ((540, 660), "about 10 min"),
        ((70, 150), "1-3 min"),
        ((60, 119), "1-2 min"),
        ((120, 120), "about 2 min"),
    ],
)
def test_a_range_never_begins_with_no_time_at_all(seconds, words):
    assert between(seconds).replace("\u2013", "-") == words
