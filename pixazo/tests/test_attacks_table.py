"""`docs/attacks.md` and `docs/asvs.csv` say which test shows what: each of them is there, and no
attack and no requirement is left out."""

import csv
import re

from pixazo.tests.desk import ROOT
from tools.attacks import named, names_in, rows

TABLE = rows()
NAMED = sorted({each for refs in TABLE.values() for each in refs})
ASVS = [*csv.DictReader((ROOT / "docs/asvs.csv").read_text("utf-8").splitlines())]
OF_ASVS = {each for row in ASVS for each in named(row["evidence"])}
# How many of levels 1 and 2 each chapter of OWASP ASVS 5.0.0 has.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9,
            13: 13, 14: 9, 15: 13, 16: 16, 17: 7}  # fmt: skip
UNMET_AT_MOST = 6


def test_every_attack_has_one_row():
    assert [*TABLE] == [f"S{number}" for number in range(1, 96)]
    assert [each for each, refs in TABLE.items() if not refs] == []


def test_every_requirement_has_one_row():
    ids = [row["id"] for row in ASVS]
    assert len(ids) == len(set(ids)) == 253
    chapters = [int(each.partition(".")[0]) for each in ids]
    assert {each: chapters.count(each) for each in CHAPTERS} == CHAPTERS
    assert {row["level"] for row in ASVS} == {"1", "2"}


def test_every_test_that_is_named_is_there():
    """What is missing has moved or gone: mend docs/attacks.md, docs/asvs.csv."""
    missing = []
    for test in {*NAMED, *OF_ASVS}:
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or names_in(path).count(name) != 1:
            missing.append(test)
    assert missing == []


def test_each_requirement_says_how_it_is_met():
    wrong = {}
    for row in ASVS:
        tests, words = named(row["evidence"]), row["remark"]
        files = [each for each in row["evidence"].split() if "::" not in each]
        good = {
            "test": bool(tests),
            "document": bool(files) and files[0].endswith((".md", ".txt")),
            "setting": bool(files),
            "n/a": bool(words),
            "unmet": bool(words),
        }[row["verdict"]]
        if not good or not all((ROOT / each).is_file() for each in files):
            wrong[row["id"]] = row
    assert wrong == {}


def test_few_are_unmet_and_most_are_shown_by_tests():
    unmet = {row["id"]: row["level"] for row in ASVS if row["verdict"] == "unmet"}
    assert len(unmet) <= UNMET_AT_MOST
    assert set(unmet.values()) <= {"2"}
    assert sum(row["verdict"] == "test" for row in ASVS) >= 150
    told = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert [each for each in unmet if not re.search(rf"\b{re.escape(each)}\b", told)] == []
