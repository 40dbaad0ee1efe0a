"""Are the tests of what must not break any good? `python -m tools.mutants [--bound 60] [PART ...]`

Each mutant is one of our modules with one small mistake: a comparison turned, "and" for "or", a
number one more, a condition denied, a statement left out. The tests that belong to it have to fail;
those that live are printed with their line, and either a test is missing or the line does nothing.
The work is done in a copy of the repository: nothing here is changed. After each it says how far it
is; tests that take three times as long as they did without a mistake have noticed it.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pixazo.tests import migrated
from tools import ending

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.85
SECONDS = 600  # for its tests as they are; with a mistake so many times what they took then:
SLOWER, LEAST = 3, 20
LEFT_OUT = ("node_modules", ".git", "data", "test-results", "fuzz-results", ".venv")
# Each part: its module, and the tests that have to notice.
PARTS = {
    "addresses": ("pixazo/outgoing/addresses.py", ["pixazo/tests/test_outgoing.py"]),
    "roles": ("workspaces/roles.py", ["workspaces/tests/test_roles.py"]),
    "members": ("workspaces/models/membership.py", ["workspaces/tests/test_roles.py"]),
    "units": (
        "billing/models/hold.py",
        ["billing/tests/test_ledger.py", "billing/tests/test_races.py"],
    ),
    "leases": ("generation/queue/claims.py", ["generation/tests/test_queue.py"]),
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    line: int
    mistake: str
    source: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--bound", type=int, default=0, help="so many of each; 0: all")
    said = parser.parse_args()
    ending.by_signal()
    migrated.file()  # type: ignore[no-untyped-call]  # made once, and copied with the rest
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "copy"
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for name in (".venv", "node_modules"):
            if (ROOT / name).exists():
                (copied / name).symlink_to((ROOT / name).resolve())
        good = [_try(copied, *PARTS[name], said.bound) for name in said.parts or PARTS]
    return int(not all(good))


def _try(copied: Path, module: str, tests: list[str], bound: int) -> bool:
    path = copied / module
    source = path.read_text()
    found = list(mutants(source))
    if bound and len(found) > bound:
        found = sorted(random.Random(1).sample(found, bound), key=lambda each: each.line)
    begun = time.monotonic()
    if not _passes(copied, tests, SECONDS, writes=True):
        print(f"{module}: its tests fail as it is.")
        return False
    # It has also translated all files for those that follow, so it is the longest.
    seconds = max(LEAST, SLOWER * (time.monotonic() - begun))
    living = []
    for number, mutant in enumerate(found, 1):
        path.write_text(mutant.source)
        begun = time.monotonic()
        lives = _passes(copied, tests, seconds)
        word = "lives" if lives else "found"
        where = f"{module}:{mutant.line} {mutant.mistake}"
        took = f"{time.monotonic() - begun:.0f} s"
        print(f"{number} of {len(found)} {word}: {where} ({took})", file=sys.stderr, flush=True)
        if lives:
            living.append(mutant)
            line = source.splitlines()[mutant.line - 1].strip()
            print(f"  lives: {where}: {line}", flush=True)
    path.write_text(source)
    killed = len(found) - len(living)
    print(f"{module}: {killed} of {len(found)} found, {killed / max(len(found), 1):.0%}.")
    return killed >= GOAL * len(found)


def _passes(copied: Path, tests: list[str], seconds: float, *, writes: bool = False) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # What is translated with a mistake must not be taken for the next one.
    settings = {
        "PYTHONDONTWRITEBYTECODE": "" if writes else "1",
        migrated.NAMED: migrated.fingerprint(),
    }
    process = subprocess.Popen(
        command,
        cwd=copied,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False  # a mistake that never ends is noticed
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with what its tests have started
        process.wait()


def mutants(source: str) -> Iterator[Mutant]:
    """Each with one mistake. What is only said (docstrings, texts, types) has none."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue  # nothing that runs
        for mistake in mistakes(node):
            changed = copy.deepcopy(tree)
            place = next(each for at, each in enumerate(ast.walk(changed)) if at == number)
            if change(place, mistake):
                text = ast.unparse(ast.fix_missing_locations(changed))
                yield Mutant(getattr(node, "lineno", 1), mistake, text)


def mistakes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        yield "comparison turned"
    elif isinstance(node, ast.BoolOp):
        yield "and/or"
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition denied"
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one more"
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "true/false"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out"
    elif isinstance(node, ast.Raise | ast.AugAssign | ast.Return) or _is_a_call(node):
        yield "statement left out"


def _is_a_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def change(node: ast.AST, mistake: str) -> bool:
    """Make the mistake here; False where it would be none."""
    match mistake, node:
        case "comparison turned", ast.Compare(ops=[op, *rest]) if type(op) in TURNED:
            node.ops = [TURNED[type(op)](), *rest]
        case "and/or", ast.BoolOp(op=op):
            node.op = ast.Or() if isinstance(op, ast.And) else ast.And()
        case "condition denied", ast.If() | ast.IfExp() | ast.While():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case "one more", ast.Constant():
            node.value = node.value + 1  # type: ignore[operator]
        case "true/false", ast.Constant():
            node.value = not node.value
        case "not left out", ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case "statement left out", ast.Return(value=value) if value is None:
            return False
        case "statement left out", ast.Return():
            node.value = ast.Constant(None)
        case "statement left out", ast.stmt():
            node.__class__ = ast.Pass
        case _:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
