"""How many cases the tests of docs/attacks.md try, row by row: `python -m tools.attacks`.

It collects them and runs none. A test with many values counts as many; one that tries them in a
loop counts what its mark `cases` says, to which the fixture of that name holds it.
"""

import ast
import io
import re
import sys
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

ROOT = Path(__file__).resolve().parents[1]
GOAL = 2_000


def main() -> int:
    counted = counts()
    tried: dict[str, int] = {}
    for number, tests in rows().items():
        of_row = {each: counted.get(each, 0) for each in tests}
        tried |= of_row
        print(f"{number:>4} {sum(of_row.values()):>6}")
    total = sum(tried.values())
    print(f"{total:,} cases in {len(rows())} rows, of {len(tried)} tests; asked are {GOAL:,}.")
    missing = [each for each, count in tried.items() if not count]
    for each in missing:
        print("not found:", each)
    return int(bool(missing) or total < GOAL)


def rows() -> dict[str, list[str]]:
    """The tests that each row of the table names."""
    text = (ROOT / "docs/attacks.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (S\d+) \|.*?\|.*?\| ([^|]+) \|$", text, re.MULTILINE)
    return {number: named(tests) for number, tests in found}


def named(text: str) -> list[str]:
    return re.findall(r"[\w/]+\.py::[\w:]+", text)


@cache
def names_in(path: str) -> list[str]:
    """The tests of a file by name; a doubled one twice: of two the first never runs."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names += [f"{node.name}::{each.name}" for each in node.body if _is_test(each)]
        elif _is_test(node):
            names.append(node.name)
    return names


def counts() -> dict[str, int]:
    import pytest

    collected = Collected()
    files = sorted({each.partition("::")[0] for tests in rows().values() for each in tests})
    with redirect_stdout(io.StringIO()) as said:
        if pytest.main(["--collect-only", "-qq", *files], plugins=[collected]):
            print(said.getvalue(), file=sys.stderr)
    return collected.cases


class Collected:
    def __init__(self) -> None:
        self.cases: dict[str, int] = {}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        for item in items:
            mark = item.get_closest_marker("cases")
            name = item.nodeid.partition("[")[0]
            self.cases[name] = self.cases.get(name, 0) + (mark.args[0] if mark else 1)


def _is_test(node: Any) -> TypeGuard[ast.FunctionDef]:
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return is_function and node.name.startswith("test_")


if __name__ == "__main__":
    sys.exit(main())
