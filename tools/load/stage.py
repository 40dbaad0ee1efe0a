"""What the scenes play on: a site, its people, and how one kind of request is measured."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tools.bench.site import BenchSite
from tools.bench.table import milliseconds
from tools.load import weights
from tools.load.wrk import Load, Request, load


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    scene: str
    goal: str
    measured: str
    cpu: str = "-"  # of the web processes and of the database's, for one request


@dataclass
class Stage:
    """The site, who is on it, and how long each scene lasts."""

    site: BenchSite
    crowd: list[dict[str, Any]]
    seconds: float
    rounds: int
    users: int
    pictures: int  # that the crowd is to have when all scenes have been measured
    connections: int  # that ask for pages and by key, each without a pause

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.site.port}"

    def pages(self, path: str = "/w/{slug}/") -> list[Request]:
        """As each of these people asks for it."""
        return [
            Request(path.format(slug=one["slug"]), headers=(("Cookie", one["cookie"]),))
            for one in self.crowd
        ]

    def by_key(self, path: str, *, method: str = "GET", body: str = "") -> list[Request]:
        """`path` may name `{image}`: one of the person's."""
        json_type = (("Content-Type", "application/json"),) if body else ()
        return [
            Request(
                path.format(image=one["images"][0]),
                method,
                (("Authorization", f"Bearer {one['key']}"), *json_type),
                body,
            )
            for one in self.crowd
        ]

    def measure(
        self, requests: Sequence[Request], connections: int, base: str = ""
    ) -> tuple[Load, str]:
        """The middle one of the rounds by its rate, and what one of its requests took. `base` is
        who else is asked than the web processes themselves."""
        base = base or self.base
        load(base, requests, connections=connections, seconds=2)
        rounds = []
        for _ in range(self.rounds):
            with self._cpu() as cpu:
                seen = load(base, requests, connections=connections, seconds=self.seconds)
            web, database = (milliseconds(spent / max(1, seen.requests)) for spent in cpu)
            rounds.append((seen, f"{web} + {database}"))
        rounds.sort(key=lambda pair: pair[0].rate)
        return rounds[len(rounds) // 2]

    @contextmanager
    def _cpu(self) -> Iterator[list[float]]:
        """Fills the list with seconds of the web processes and of the database's when it ends."""
        spent: list[float] = []
        groups = weights.of_session(self.site.web.pid), weights.named("postgres")
        begun = [weights.seconds(group) for group in groups]
        yield spent
        groups = weights.of_session(self.site.web.pid), weights.named("postgres")
        spent += [weights.seconds(group) - was for group, was in zip(groups, begun, strict=True)]


def said(seen: Load, fine: int) -> str:
    amiss = seen.amiss(fine)
    return f"{seen.rate:.0f}/s, p95 {milliseconds(seen.p95)}" + (
        f", {amiss} of {seen.requests} otherwise: {seen.statuses}" if amiss else ", none failed"
    )
