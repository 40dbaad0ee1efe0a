"""Ends the process groups of a supervisor that was killed: a script that `supervisor.py` starts.

Its standard input says "+ 123" and "- 123" as groups begin and end. The end of the input without
the word "done" means that the supervisor is gone: the operating system closed the pipe. Unlike
Linux's "parent death signal" this reaches grandchildren (a Celery pool) too, and works elsewhere.
"""

import os
import signal
import sys
import time


def main(stop_seconds: float) -> None:
    """`stop_seconds`: what the groups get to stop by themselves, as under the supervisor."""
    # The terminal's signals are for the supervisor: the guard goes when its input ends.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        match line.split():
            case ["done"]:
                return
            case ["+", group]:
                groups.add(int(group))
            case ["-", group]:
                groups.discard(int(group))
    end(groups, stop_seconds)


def end(groups: set[int], stop_seconds: float) -> None:
    for group in groups:
        tell(group, signal.SIGTERM)
    deadline = time.monotonic() + stop_seconds
    while time.monotonic() < deadline and any(tell(group, 0) for group in groups):
        time.sleep(0.1)
    for group in groups:
        tell(group, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Signal a whole group; False if it no longer exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]))
