"""What a tile shows: one picture's place on a card, in whatever state it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from generation import labels
from generation.estimate import Told, tell
from generation.models import Image, Job, SafetyCase
from generation.models.picture_comment import open_threads
from generation.views import found
from generation.views.found import PREVIEWS
from workspaces.access import WorkspaceRequest

CASES = Prefetch("safety_cases", SafetyCase.objects.only("job", "state", "stage", "quarantined"))


@dataclass(frozen=True)
class Tile:
    """One picture's place on a card."""

    job: Job
    is_mine: bool
    may_draw: bool
    told: Told  # its place in line, and how long it takes

    @property
    def image(self) -> Image | None:
        return getattr(self.job, "image", None)

    @property
    def comments(self) -> int:
        """Threads about the picture that nobody has settled."""
        return getattr(self.job, "open_comments", 0)

    @property
    def preview(self) -> int | None:
        """The number of the latest frame."""
        if self.job.state != Job.State.RUNNING:
            return None
        preview = getattr(self.job, "preview", None)
        return preview.number if preview else None

    @property
    def may(self) -> str:
        """What the person may do with the finished picture, as its tools ask for it."""
        given = {
            "draw": self.may_draw,
            "vary": self.may_vary,
            "upscale": self.may_upscale and not self.only_enlarges,
            "enlarge": self.may_upscale and self.only_enlarges,
            "verify": self.may_verify,
        }
        return " ".join(word for word, is_given in given.items() if is_given)

    @property
    def may_vary(self) -> bool:
        return self.may_draw and "variation" in self._modes

    @property
    def may_upscale(self) -> bool:
        return self.may_draw and "upscale" in self._modes

    @property
    def only_enlarges(self) -> bool:
        """What is said in place of "Upscale": a unit shall not be spent on details to come."""
        return self.job.batch.model.only_enlarges

    @property
    def may_verify(self) -> bool:
        return self.may_draw and self.job.batch.model.is_active

    @property
    def may_go_first(self) -> bool:
        """There is no way past other people."""
        is_waiting = self.job.state == Job.State.QUEUED and not self.told.is_paused
        return self.is_mine and is_waiting and self.told.place != 1

    @property
    def price(self) -> int:
        """Units of one more picture by the same model."""
        return self.job.batch.model.units

    @property
    def times(self) -> float:
        """How many times as wide "Upscale" makes it; 0 where there is none."""
        return self.job.batch.model.contract["scale"].default if self.may_upscale else 0

    @cached_property
    def verdict(self) -> str:
        found = self.image.verdict if self.image else None
        return labels.verdict(found) if found else ""

    @cached_property
    def case(self) -> SafetyCase | None:
        """Why it is held back, as far as the policy noted it."""
        return next(iter(self.job.safety_cases.all()), None)

    @property
    def may_appeal(self) -> bool:
        return self.is_mine and bool(self.case and self.case.may_be_appealed)

    @property
    def _modes(self) -> Sequence[str]:
        model = self.job.batch.model
        return model.contract.modes if model.is_active else ()


def tiles(request: WorkspaceRequest, jobs: list[Job]) -> list[Tile]:
    told = tell(jobs)
    # What few of them have is asked for where some may.
    prefetch_related_objects([job for job in jobs if job.state == Job.State.RUNNING], PREVIEWS)
    prefetch_related_objects([job for job in jobs if job.state == Job.State.BLOCKED], CASES)
    may_draw = request.membership.may_generate()
    return [
        Tile(job, job.author_id == request.user.pk, may_draw, told.get(job.pk, Told()))
        for job in jobs
    ]


def rows(request: WorkspaceRequest) -> QuerySet[Job]:
    return with_comments(found.jobs(request))


def with_comments(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return jobs.annotate(open_comments=open_threads("image__job"))
