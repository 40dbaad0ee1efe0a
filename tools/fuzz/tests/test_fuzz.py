"""Nothing that reads strangers' bytes breaks by some changed ones; and what would is found."""

import random

import pytest

from tools.fuzz import blind, kept
from tools.fuzz.targets import NAMES, Broken, seeds, target, timed

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.cases(150)
def test_what_is_changed_breaks_nothing(name, cases, monkeypatch):
    monkeypatch.setattr("tools.fuzz.targets.LONGEST", 20)  # of a busy machine
    aim, known, dice = target(name), [*seeds(name)], random.Random(name)
    for data in [*known, *(blind.changed(known, dice) for _ in range(150))]:
        aim(data)
        cases.count += 1


def test_what_breaks_is_kept_and_tried_first(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)

    def fragile(data):
        if b"{" in data:
            raise Broken("A brace.")

    assert blind.tried("prompt", fragile, b"a")
    assert not blind.tried("prompt", fragile, b"a{b")
    assert [*kept.found("prompt")] == [b"a{b"]


def test_what_takes_long_is_found(monkeypatch):
    monkeypatch.setattr("tools.fuzz.targets.LONGEST", -1)
    with pytest.raises(Broken, match="seconds"):
        timed(lambda data: None)(b"")
