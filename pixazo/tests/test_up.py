"""What `make run` says when it can't start."""

import fcntl
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError
from django.core.management.base import OutputWrapper

from pixazo import programs
from pixazo.management.commands.up import (
    STEPS_A_LINE,
    Migrate,
    one_at_a_time,
    refuse_a_published_password,
    refuse_busy_port,
    what_is_away,
)
from pixazo.tests.cast import make_person
from pixazo.tests.desk import ROOT, Desk, free_port


def test_a_busy_port_is_a_sentence(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"make run PORT={settings.PORT + 1}"):
            refuse_busy_port()


def test_a_free_port_is_not(settings):
    settings.PORT = free_port()
    refuse_busy_port()


AGAIN = """
from itertools import count
from pixazo.tests import desk
desk.TURNS = count(desk.PORTS.index({port}))
print(desk.free_port())
"""


def test_a_port_is_given_to_one_process_of_tests_only():
    port = free_port()
    words = [sys.executable, "-c", AGAIN.format(port=port)]
    other = subprocess.check_output(words, cwd=ROOT, text=True)
    assert int(other) != port


def test_requests_are_answered_by_as_many_processes_as_are_set(settings):
    settings.WEB_PROCESSES = 3
    words = programs.web().argv
    assert words[words.index("--workers") + 1] == "3"
    settings.WEB_PROCESSES = 1
    assert "--workers" not in programs.web().argv  # no parent beside it


def test_two_sites_never_share_a_folder(settings, tmp_path):
    settings.DATA = tmp_path
    with one_at_a_time(), pytest.raises(CommandError, match="already running"), one_at_a_time():
        pass
    with one_at_a_time():
        pass
    with open(tmp_path / "up.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("PORT", "many", "PORT must be a whole number"),
        ("PIXAZO_DEVICE", "toaster", "Use auto, cpu, cuda"),
        ("PIXAZO_HOST", "0.0.0.0", "Single-user mode refuses the public address"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path, setting, value, words):
    env = Desk(tmp_path, PIXAZO_SOLO=1, **{setting: value}).env
    up = subprocess.run(
        [sys.executable, "manage.py", "up"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert up.returncode != 0
    assert words in up.stderr


@pytest.fixture
def demo(db):
    return make_person("demo", is_staff=True)


def test_a_public_site_does_not_start_with_the_published_password(settings, demo):
    demo.set_password("demo-pixazo")
    demo.save()
    refuse_a_published_password()
    settings.HOST = "0.0.0.0"
    with pytest.raises(CommandError, match="changepassword demo"):
        refuse_a_published_password()
    settings.HOST, settings.SITE_URL = "127.0.0.1", "https://pixazo.example"
    with pytest.raises(CommandError, match="changepassword demo"):
        refuse_a_published_password()
    demo.set_password("another passphrase")
    demo.save()
    refuse_a_published_password()


def test_a_site_whose_redis_is_away_is_ready_and_says_so(tmp_path):
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with Desk(tmp_path, REDIS_URL=nobody) as desk:
        assert "Redis does not answer (REDIS_URL):" in desk.output
        assert desk.output.count("broker does not work") <= 3


def test_of_a_desks_own_files_nothing_can_be_away(settings):
    settings.REDIS_URL = ""
    assert what_is_away() == []


def test_a_new_database_says_how_far_it_is(capsys):
    migrate = Migrate()
    migrate.stdout = OutputWrapper(sys.stdout)
    for _ in range(STEPS_A_LINE * 2 + 1):
        migrate.migration_progress_callback("apply_start")
        migrate.migration_progress_callback("apply_success")
    assert capsys.readouterr().out == "  25 steps done\n  50 steps done\n"
