"""Promises of `make run`: what dies comes back, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(600)"
)
# A process with a child of its own, as Celery has.
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"


@pytest.fixture
def supervise():
    started = []

    def start(*sources, stop_seconds=5.0):
        script = f"""
            import sys
            from pixazo.supervisor import Program, Supervisor
            programs = [
                Program(f"p{{n}}", (sys.executable, "-c", source))
                for n, source in enumerate({sources!r})
            ]
            Supervisor(
                programs, when_ready=lambda: print("ready", flush=True), stop_seconds={stop_seconds}
            ).run()
        """
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait()
        process.stdout.close()


def test_it_starts_and_stops_cleanly(supervise):
    process = supervise(SLEEPER, SLEEPER)
    numbers = [read_number(process) for _ in range(2)]
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait(60) == 0
    assert "all stopped" in rest
    assert not any(map(alive, numbers))


def test_it_starts_again_what_died(supervise):
    process = supervise(SLEEPER)
    first = read_number(process)
    os.kill(first, signal.SIGKILL)
    assert "ended by signal 9; starts again in 0 s" in read_until(process, "ended")
    assert read_number(process) != first


def test_it_waits_longer_for_what_keeps_dying(supervise):
    process = supervise("raise SystemExit(4)")
    pauses = [read_until(process, "ended with code 4").split()[-2] for _ in range(4)]
    assert pauses == ["0", "1", "2", "4"]


def test_it_kills_what_does_not_stop(supervise):
    process = supervise(STUBBORN, stop_seconds=0.5)
    number = read_number(process)
    read_until(process, "here")
    process.terminate()
    assert "is killed" in read_until(process, "did not stop")
    assert process.wait(60) == 0
    assert not alive(number)


def test_nothing_outlives_a_killed_supervisor(supervise):
    process = supervise(PARENT)
    number = read_number(process)
    read_until(process, "here")
    child = int(Path(f"/proc/{number}/task/{number}/children").read_text())
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while (alive(number) or alive(child)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(number)
    assert not alive(child)


def read_number(process):
    return int(read_until(process, "started (process").rstrip(")\n").split()[-1])


def read_until(process, words):
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} never came")


def alive(number):
    """A zombie counts as dead: where init is lazy, nobody collects orphans."""
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
