"""What is installed has no hole that is known here; an audit that looks at nothing fails (S93)."""

import subprocess

import pytest

from tools import dependencies


def test_nothing_is_below_its_floor_or_without_a_version():
    assert dependencies.main([]) == 0


@pytest.mark.parametrize("name", dependencies.FLOORS)
def test_what_is_below_is_found(name):
    least, _ = dependencies.FLOORS[name]
    (said,) = dependencies.below(iter([(name.lower(), "0.0.1")]))
    assert least in said
    assert [*dependencies.below(iter([(name, least), (name, f"{least}.1"), (name, "9999")]))] == []


@pytest.mark.parametrize(
    ("said", "returned", "ends"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("No known vulnerabilities found, 80 skipped", 0, 1),
        ("Name Skip Reason\ndjango Dependency not found on PyPI", 0, 1),
        ("Found 1 known vulnerability", 1, 1),
        ("ConnectionError", 1, 1),
    ],
)
def test_an_audit_that_skips_a_package_has_failed(said, returned, ends, monkeypatch):
    asked = []

    def run(command, **kwargs):
        asked.append(command)
        return subprocess.CompletedProcess(command, returned, said, "")

    monkeypatch.setattr(subprocess, "run", run)
    assert dependencies.main(["--ask"]) == ends
    assert "--strict" in asked[0]
