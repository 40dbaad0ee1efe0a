"""A short run of `python -m tools.chaos`: all kinds of processes die, and every invariant holds."""

import os
import subprocess
import sys

import pytest

from pixazo.tests.desk import ROOT


@pytest.mark.crash
@pytest.mark.timeout(900)
@pytest.mark.skipif("PIXAZO_TEST_SERVICES" in os.environ, reason="has a database of its own")
def test_a_pool_under_load_loses_nothing_whatever_is_killed():
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PIXAZO_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    run = subprocess.run(
        [sys.executable, "-m", "tools.chaos", "--jobs", "24", "--faults", "9", "--workers", "2"],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "| pictures succeeded |" in run.stdout
    assert "All invariants hold." in run.stdout
