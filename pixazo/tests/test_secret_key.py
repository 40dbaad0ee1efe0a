import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from pixazo import secret_key
from pixazo.secret_key import kept_secret_key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "key"
    key = kept_secret_key(path)
    assert len(key) >= 50
    assert kept_secret_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("left", [None, "", "\n"])
def test_processes_that_start_together_have_the_same_key(tmp_path, left):
    path = tmp_path / "key"
    if left is not None:
        path.write_text(left)
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(kept_secret_key, [path] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_comes_while_a_key_is_written_finds_a_whole_one(tmp_path, monkeypatch):
    path, found = tmp_path / "key", []
    make = secret_key.get_random_secret_key

    def read_first():
        monkeypatch.setattr(secret_key, "get_random_secret_key", make)
        found.append(kept_secret_key(path))
        return make()

    monkeypatch.setattr(secret_key, "get_random_secret_key", read_first)
    assert kept_secret_key(path) == found[0]
    assert len(found[0]) >= 50


def test_where_a_file_can_not_have_two_names_processes_have_one_key_all_the_same(
    tmp_path, monkeypatch
):
    """As on exFAT, a share of Windows, and some disks of containers."""

    def refuse(*names):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(kept_secret_key, [path] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_one_that_is_killed_while_it_makes_a_key_keeps_no_other_from_starting(tmp_path):
    path = tmp_path / "key"
    dies = """
import os, signal, sys
from pathlib import Path
from pixazo import secret_key
secret_key.get_random_secret_key = lambda: os.kill(os.getpid(), signal.SIGKILL)
secret_key.kept_secret_key(Path(sys.argv[1]))
"""
    run = subprocess.run([sys.executable, "-c", dies, str(path)], cwd=os.getcwd(), check=False)
    assert run.returncode == -signal.SIGKILL
    assert len(kept_secret_key(path)) >= 50
