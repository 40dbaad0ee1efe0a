"""Each rule finds its example and nothing else; what is wanted of them stands in `rules.yaml`.

`make check` runs the rules over the code. semgrep lives in an environment of its own, as its
versions of some packages are not ours: where that was never made, `make check` makes it.
"""

import json
import re
import shutil
import subprocess

import pytest

from pixazo.tests.desk import ROOT

RULES = ROOT / "tools/rules/rules.yaml"
EXAMPLES = ROOT / "tools/rules/examples"
SEMGREP = ROOT / ".venv/semgrep/bin/semgrep"
OFFLINE = ("--metrics=off", "--disable-version-check", "--no-git-ignore", "-j", "1")
IDS = re.findall(r"^  - id: ([\w-]+)$", RULES.read_text(), re.MULTILINE)


def wanted():
    """Rule, file and line of each example: the line after its mark."""
    for path in (each for each in EXAMPLES.rglob("*") if each.suffix in {".py", ".js"}):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if found := re.search(r"ruleid: ([\w-]+)", line):
                yield found[1], path.name, number + 1


def test_each_rule_has_an_example():
    assert len(IDS) == len(set(IDS)) >= 15
    assert sorted({rule for rule, *_ in wanted()}) == sorted(IDS)


@pytest.mark.timeout(600)
@pytest.mark.skipif(not SEMGREP.exists(), reason="make check installs semgrep")
def test_each_finds_its_example_and_nothing_else(tmp_path):
    # Elsewhere: some rules look past what lies under tools/.
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    answer = subprocess.run(
        [SEMGREP, "scan", "--config", RULES, *OFFLINE, "--json", "--quiet", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(answer.stdout)
    found = {
        (each["check_id"].split(".")[-1], each["path"].split("/")[-1], each["start"]["line"])
        for each in said["results"]
    }
    assert found == set(wanted())
    assert said["errors"] == []
