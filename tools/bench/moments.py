"""When each job came to which state, from its history: the same clock as the client's, as all run
on one machine."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.site import BenchSite

PARTS = (
    "POST until its rows are written",
    "until a worker has claimed it",
    "until the drawing begins",
    "the drawing, less the bare call",
    "until it is being kept",
    "until it is kept",
    "until its client knows",
)
# The latest of each: a job that was lost or handed back has several.
CODE = """
import json
from generation.models import Image, Transition
jobs = {jobs}
found = {{job: {{}} for job in jobs}}
rows = Transition.objects.filter(job__in=jobs).order_by("id")
for job, state, at in rows.values_list("job_id", "state", "at"):
    found[str(job)][state] = at.timestamp()
rows = Image.objects.filter(job__in=jobs)
for job, seconds, company in rows.values_list("job_id", "draw_seconds", "company"):
    found[str(job)] |= {{"drawing": seconds, "company": company}}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Moments:
    """In seconds."""

    queued: float
    claimed: float
    running: float
    drawing: float  # how long it took
    company: int  # how many pictures its call made
    saving: float
    kept: float

    @property
    def drawn(self) -> float:
        return self.running + self.drawing

    def parts(self, sent: float, seen: float, bare: float) -> tuple[float, ...]:
        """One for each of PARTS."""
        return (
            self.queued - sent,
            self.claimed - self.queued,
            self.running - self.claimed,
            self.drawn - self.running - bare,
            self.saving - self.drawn,
            self.kept - self.saving,
            seen - self.kept,
        )


def moments(site: BenchSite, jobs: Sequence[str]) -> dict[str, Moments]:
    said = json.loads(site.run(CODE.format(jobs=list(jobs))).strip().splitlines()[-1])
    return {job: _moments(at) for job, at in said.items()}


def _moments(at: dict[str, float]) -> Moments:
    return Moments(
        queued=at["queued"],
        claimed=at["preparing"],
        running=at["running"],
        drawing=at["drawing"],
        company=int(at["company"]),
        saving=at["saving"],
        kept=at["succeeded"],
    )
