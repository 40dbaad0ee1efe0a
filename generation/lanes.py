"""Which lanes are asked for, and who is there to serve them: the one answer for all who watch.

A site without services has callers too, since `chores` always starts them: they count only where
something is to be asked of a service.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from generation.models import ImageModel, Job

GPU, REMOTE = ImageModel.Lane.GPU.value, ImageModel.Lane.REMOTE.value


@dataclass(frozen=True)
class Crew:
    alive: int  # workers that draw here
    able: int  # of these; one whose device was lost lives, and draws nothing for a while
    callers: int  # that only ask services, and are able to
    served: list[str]  # lanes that are needed, and somebody is there
    unserved: list[str]  # lanes that are needed, and nobody is there


def needed() -> set[str]:
    """The lanes of models that may be picked and of all that waits. A site that has no model yet
    is going to draw."""
    models = ImageModel.objects.available().order_by().values_list("provider").distinct()
    waiting = Job.objects.waiting().order_by().values_list("lane").distinct()
    lanes = {ImageModel(provider=provider).lane for (provider,) in models}
    return lanes | {lane for (lane,) in waiting} or {GPU}


def crew(workers: Iterable[tuple[str, str]], needed: Collection[str]) -> Crew:
    """Of workers that live, each by its lanes and its trouble."""
    told = [(set(lanes.split(",")), trouble) for lanes, trouble in workers]
    drawers = [trouble for lanes, trouble in told if GPU in lanes]
    callers = [trouble for lanes, trouble in told if GPU not in lanes]
    there: set[str] = set().union(*(lanes for lanes, trouble in told if not trouble))
    return Crew(
        alive=len(drawers),
        able=drawers.count(""),
        callers=callers.count(""),
        served=sorted(there & set(needed)),
        unserved=sorted(set(needed) - there),
    )
