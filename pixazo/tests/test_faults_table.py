"""`docs/faults.md` says which test shows what: each of them is there, and no fault is left out."""

import ast
import re
from functools import cache

import pytest

from pixazo.tests.desk import ROOT

TABLE = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (F\d+) \| (.+?) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", TABLE)))


@cache
def functions_of(path):
    """The tests of a file by name, a doubled one twice: of two the first never runs."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [name for name in names if name.startswith("test_")]


def test_every_fault_has_one_row():
    assert [number for number, *_ in ROWS] == [
        f"F{number}" for number in (*range(1, 46), 50, 51, 53)
    ]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_is_named_is_there(path, name):
    assert functions_of(path).count(name) == 1, "It has moved or gone: mend docs/faults.md."


@pytest.mark.parametrize(
    ("number", "happens", "tests"), [(number, *rest) for number, _, *rest in ROWS]
)
def test_what_no_test_shows_is_not_there_yet(number, happens, tests):
    assert "::" in tests or happens.startswith("Comes with"), number
