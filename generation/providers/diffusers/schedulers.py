"""Short, stable names of schedulers, and how one is put in for a single call."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation.providers.errors import ProviderError

# The name, diffusers' class, and what differs from the pipeline's own configuration.
SCHEDULERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp-2m": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "solver_order": 2, "use_karras_sigmas": False},
    ),
    "dpmpp-2m-karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "solver_order": 2, "use_karras_sigmas": True},
    ),
    "ddim": ("DDIMScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "flow-euler": ("FlowMatchEulerDiscreteScheduler", {}),
}
# Not in diffusers' list of those that understand each other's configuration, but it does.
ALSO_COMPATIBLE = {"LCMScheduler": "DDIMScheduler"}


@contextmanager
def used(pipeline: Any, name: str) -> Iterator[None]:
    """The pipeline with that scheduler; afterwards with its own again, whatever happened.

    Raises `ProviderError` for a name that is unknown or does not go with the model.
    """
    if not name:
        yield
        return
    own = pipeline.scheduler
    pipeline.scheduler = _made(own, name)
    try:
        yield
    finally:
        pipeline.scheduler = own


def _made(own: Any, name: str) -> Any:
    import diffusers

    if name not in SCHEDULERS:
        raise _refused(name, gettext_noop("is not known here"))
    class_name, differences = SCHEDULERS[name]
    chosen = getattr(diffusers, class_name)
    understood = {type(own).__name__, *(each.__name__ for each in own.compatibles)}
    if ALSO_COMPATIBLE.get(class_name, class_name) not in understood:
        raise _refused(name, gettext_noop("does not go with this model"))
    return chosen.from_config(own.config, **differences)


def _refused(name: str, why: str) -> ProviderError:
    return ProviderError(
        _("The scheduler “%(name)s” %(why)s.") % {"name": name, "why": why}, code="refused_by_model"
    )
