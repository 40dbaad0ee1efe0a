"""What is run by hand says how it is called, and what is wrong with how it was."""

import sys
from contextlib import suppress

import pytest

from tools import sbom, with_services
from tools.upgrade import __main__ as upgrading


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_who_asks_how_a_tool_is_called_is_told_and_nothing_is_done(
    word, monkeypatch, tmp_path, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(with_services.debian, "ensure", lambda *names: pytest.fail("begun"))
    for tool in (sbom, with_services):
        monkeypatch.setattr(sys, "argv", ["tool", word])
        with suppress(SystemExit):
            tool.main()
        assert f"python -m {tool.__name__}" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_to_be_run_or_tried_is_a_sentence(monkeypatch):
    monkeypatch.setattr(with_services.debian, "ensure", lambda *names: pytest.fail("begun"))
    monkeypatch.setattr(sys, "argv", ["tool", "no-such-program", "-q"])
    with pytest.raises(SystemExit, match="There is no program no-such-program to run"):
        with_services.main()
    monkeypatch.setattr(sys, "argv", ["tool", "no-such-commit"])
    with pytest.raises(SystemExit, match="There is no commit no-such-commit here"):
        upgrading.main()
