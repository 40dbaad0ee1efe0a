"""Runs wrk (Debian's package) over a list of requests and reads what it measured."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import debian

# wrk's own language. One thread, as its counters are each thread's own.
SCRIPT = """
local requests = {%s}
local at = 0
statuses = {}
local one
function setup(thread) one = thread end
function request()
  at = at + 1
  local r = requests[(at - 1) %% #requests + 1]
  return wrk.format(r.method, r.path, r.headers, r.body)
end
function response(status) statuses[status] = (statuses[status] or 0) + 1 end
function done(summary, latency)
  local told = {}
  for status, many in pairs(one:get("statuses")) do
    told[#told + 1] = string.format('"%%d": %%d', status, many)
  end
  print(string.format('JSON {"requests": %%d, "seconds": %%f, "p50": %%f, "p95": %%f, "p99": %%f,'
    .. ' "broken": %%d, "statuses": {%%s}}', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e6, latency:percentile(95) / 1e6, latency:percentile(99) / 1e6,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    table.concat(told, ", ")))
end
"""


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def in_lua(self) -> str:
        headers = ", ".join(f"[{_text(name)}] = {_text(value)}" for name, value in self.headers)
        words = f"method = {_text(self.method)}, path = {_text(self.path)}, headers = {{{headers}}}"
        return "{" + words + (f", body = {_text(self.body)}" if self.body else "") + "}"


@dataclass(frozen=True)
class Load:
    """What wrk saw: durations in seconds; `broken` are connections that failed."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    broken: int
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def amiss(self, *fine: int) -> int:
        """How many were answered otherwise than `fine`, or not at all."""
        return self.broken + sum(many for at, many in self.statuses.items() if at not in fine)


def load(base: str, requests: Sequence[Request], *, connections: int, seconds: float) -> Load:
    """Send them in turn over so many connections for so long. Raises `RuntimeError`."""
    debian.ensure("wrk")
    with tempfile.TemporaryDirectory(prefix="pixazo-load-") as folder:
        script = Path(folder) / "requests.lua"
        script.write_text(SCRIPT % ",\n".join(request.in_lua() for request in requests))
        words = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        said = subprocess.run(
            [debian.find("wrk") or "wrk", *words, "--latency", "-s", str(script), base],
            check=False,
            capture_output=True,
            text=True,
        )
    lines = [line for line in said.stdout.splitlines() if line.startswith("JSON ")]
    if not lines:
        raise RuntimeError(f"wrk said: {said.stdout[-500:]} {said.stderr[-500:]}")
    facts = json.loads(lines[0].removeprefix("JSON "))
    statuses = {int(status): many for status, many in facts.pop("statuses").items()}
    return Load(**facts, statuses=statuses)


def _text(words: str) -> str:
    """As a string of Lua's, which takes JSON's escapes but for those of letters outside ASCII."""
    return json.dumps(words)
