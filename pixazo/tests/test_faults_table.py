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
    classes = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    nodes = [node for body in (tree.body, *classes) for node in body]
    names = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [name for name in names if name.startswith("test_")]


def test_every_fault_has_one_row():
    numbers = (*range(1, 56), 58, 59, 60)
    assert [number for number, *_ in ROWS] == [f"F{number}" for number in numbers]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_is_named_is_there(path, name):
    assert functions_of(path).count(name) == 1, "It has moved or gone: mend docs/faults.md."


@pytest.mark.parametrize(
    ("number", "happens", "tests"), [(number, *rest) for number, _, *rest in ROWS]
)
def test_what_no_test_shows_is_not_there_yet(number, happens, tests):
    assert "::" in tests or happens.startswith("Comes with"), number


def test_each_of_twelve_races_has_a_control():
    _, _, controls = TABLE.partition("## Tests that are able to fail")
    rows = re.findall(r"^\| (F\d+) \| .+? \| `[\w/]+\.py::\w+` \|$", controls, re.MULTILINE)
    assert rows == [f"F{number}" for number in (6, 7, 18, 22, 23, 26, 30, 46, 47, 48, 51, 54)]
