"""What processes weigh and take, read from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_session(leader: int) -> list[int]:
    """The ids of the processes in the session that `leader` began."""
    return [pid for pid, facts in _all() if int(facts[3]) == leader]


def named(name: str) -> list[int]:
    return [pid for pid, facts in _all() if facts[-1] == name]


def seconds(pids: Iterable[int]) -> float:
    """Of a core's time, that they have taken so far. Who has ended meanwhile counts nothing."""
    wanted = set(pids)
    ticks = sum(int(facts[11]) + int(facts[12]) for pid, facts in _all() if pid in wanted)
    return ticks / TICKS


def megabytes(pids: Iterable[int]) -> float:
    """What they hold together."""
    return sum(each(pids))


def each(pids: Iterable[int]) -> list[float]:
    """What each of them holds, in MB, the heaviest first; a page that several share is counted in
    parts (PSS)."""
    held = []
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        lines = text.splitlines()
        held.append(next(int(line.split()[1]) for line in lines if line[:4] == "Pss:") / 1024)
    return sorted(held, reverse=True)


def _all() -> list[tuple[int, list[str]]]:
    """Each process with the facts that follow its name in /proc/PID/stat, its name last."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = stat.read_text().rpartition(")")
        except OSError:
            continue
        found.append((int(stat.parent.name), [*after.split(), before.partition("(")[2]]))
    return found
