"""Are the tests of what must not break any good? `python -m tools.mutants [--sample 40] [PART ...]`

Each mutant is one of our modules with one small mistake: a comparison turned, "and" for "or", a
number one more, a condition denied, a statement left out. The tests that belong to it have to fail;
those that live are printed with their line, and either a test is missing or the line does nothing.
The work is done in a copy of the repository: nothing here is changed.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.85
SECONDS = 300
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
    parser.add_argument("--sample", type=int, default=0, help="so many of each; 0: all")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "copy"
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for name in (".venv", "node_modules"):
            if (ROOT / name).exists():
                (copied / name).symlink_to((ROOT / name).resolve())
        good = [_try(copied, *PARTS[name], said.sample) for name in said.parts or PARTS]
    return int(not all(good))


def _try(copied: Path, module: str, tests: list[str], sample: int) -> bool:
    path = copied / module
    source = path.read_text()
    found = list(mutants(source))
    if sample and len(found) > sample:
        found = sorted(random.Random(1).sample(found, sample), key=lambda each: each.line)
    if not _passes(copied, tests):
        print(f"{module}: its tests fail as it is.")
        return False
    living = []
    for mutant in found:
        path.write_text(mutant.source)
        if _passes(copied, tests):
            living.append(mutant)
            line = source.splitlines()[mutant.line - 1].strip()
            print(f"  lives: {module}:{mutant.line} {mutant.mistake}: {line}", flush=True)
    path.write_text(source)
    killed = len(found) - len(living)
    print(f"{module}: {killed} of {len(found)} found, {killed / max(len(found), 1):.0%}.")
    return killed >= GOAL * len(found)


def _passes(copied: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    settings = {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=copied,
            env=os.environ | settings,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False  # a mistake that never ends is noticed
    return done.returncode == 0


def mutants(source: str) -> Iterator[Mutant]:
    """Each with one mistake. What is only said (docstrings, texts, types) has none."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
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
