"""Nothing of anybody's pictures stays where they were decoded, however that ends."""

import os
import subprocess
import sys
import tempfile
import time

import pytest

from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.decoding import Decoder, decoded, leftovers

pytestmark = pytest.mark.once

DECODES = """
import time
from pixazo.decoding import Decoder

decoder = Decoder(lasts=1)
decoder.sent.write_bytes(b"a face")
print(decoder.folder.name, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(leftovers, "_looked", -leftovers.EVERY)


def make_older(path):
    then = time.time() - 2 * leftovers.YOUNG
    os.utime(path, (then, then))


def test_what_a_killed_process_left_goes_when_another_one_decodes(tmp_path):
    place = {"env": os.environ | {"TMPDIR": str(tmp_path)}, "cwd": os.getcwd()}
    words = [sys.executable, "-c", DECODES]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **place) as process:
        try:
            folder = process.stdout.readline().strip()
            make_older(folder)
            assert leftovers.sweep() == 0
        finally:
            process.kill()
    assert os.listdir(folder) == ["sent"]
    with decoded([as_bytes(picture())]):
        assert not os.path.exists(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_is_used_is_left_alone_however_old_it_is():
    with Decoder(lasts=1) as decoder:
        make_older(decoder.folder.name)
        assert leftovers.sweep() == 0
        assert decoder.sent.exists()


def test_what_was_just_made_may_have_to_be_locked_yet(tmp_path):
    young = tmp_path / f"{leftovers.BESIDE}young"
    young.mkdir()
    assert leftovers.sweep() == 0
    make_older(young)
    assert leftovers.sweep() == 1


def test_what_is_no_folder_of_ours_stays(tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / f"{leftovers.BESIDE}file").touch()
    (tmp_path / f"{leftovers.BESIDE}link").symlink_to(tmp_path / "else")
    for path in tmp_path.iterdir():
        make_older(path)
    assert leftovers.sweep() == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_a_process_looks_once_in_a_while(monkeypatch):
    looks = []
    monkeypatch.setattr(leftovers, "sweep", lambda: looks.append(True))
    for _ in range(3):
        Decoder(lasts=1).close()
    assert len(looks) == 1
