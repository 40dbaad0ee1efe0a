"""What the workers are at, as far as it matters to whoever waits."""

from collections.abc import Collection
from dataclasses import dataclass

from generation.models import Job, Worker
from generation.queue import work


@dataclass(frozen=True)
class Site:
    """What the workers of some lanes are at."""

    workers: dict[str, int]
    loaded: frozenset[str]  # slugs
    everywhere: dict[str, frozenset[str]]  # slugs that all workers of a lane have loaded
    busy_seconds: dict[str, float]  # of one worker, for what is being drawn

    @classmethod
    def now(cls, lanes: Collection[str]) -> "Site":
        workers: dict[str, int] = {}
        loaded: set[str] = set()
        everywhere: dict[str, frozenset[str]] = {}
        alive = Worker.objects.alive().values_list("name", "lanes", "loaded_model", "loaded_models")
        for name, theirs, model, models in alive:
            # One that was killed passes for alive for a while yet, with all that it had loaded.
            if Worker.is_gone(name):
                continue
            loaded |= {model, *models}
            for lane in theirs.split(","):
                workers[lane] = workers.get(lane, 0) + 1
                own = frozenset({model, *models})
                everywhere[lane] = everywhere.get(lane, own) & own
        busy: dict[str, float] = {}
        active = Job.objects.active().filter(lane__in=lanes)
        for lane, model_id, step, steps in active.values_list("lane", "model_id", "step", "steps"):
            left = work.usual_seconds_of(model_id) * (1 - step / max(1, steps))
            busy[lane] = busy.get(lane, 0.0) + left
        return cls(workers, frozenset(loaded), everywhere, busy)

    def load_seconds(self, job: Job) -> float:
        """Until its model is there."""
        return 0.0 if job.model.slug in self.loaded else work.load_seconds_of(job.model_id)
