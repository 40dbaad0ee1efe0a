"""What each architecture can do: contracts to begin with, and diffusers' class for each mode.

Data only, so that the web side, which has no torch, knows it too. Read off the signatures and the
checks of diffusers 0.42.1, and off the models' cards where a range is a matter of taste. A model's
own contract is laid over that of its family.
"""

from collections.abc import Callable, Mapping
from typing import Any

from generation.families.family import USUAL, Family
from generation.families.flow import FLOW
from generation.families.noise import NOISE

AUTO = "auto"

OTHER = Family(
    slug=AUTO,
    label="Another text-to-image model",
    contract={
        **USUAL,
        "modes": ["text"],
        "images_per_call": 1,
        "loras": 0,
        "prompt_tokens": None,
        "schedulers": [],
    },
)
_ALL = (*NOISE, *FLOW, OTHER)

FAMILIES: Mapping[str, Family] = {family.slug: family for family in _ALL}
CHOICES = [(family.slug, family.label) for family in _ALL]


def of_pipeline(name: str) -> tuple[str, ...]:
    """The families that a class named in a model_index.json may be of, likeliest first."""
    found = [family.slug for family in _ALL if name in family.pipelines.values()]
    return tuple(found) or (AUTO,)


def of_files(pipeline: str, config: Callable[[str], Mapping[str, Any]]) -> tuple[str, ...]:
    """Of those, the ones that the configurations of its parts don't contradict; `config` answers
    with that of a part."""
    possible = of_pipeline(pipeline)
    return tuple(slug for slug in possible if _is_told(FAMILIES[slug], config)) or possible


def _is_told(family: Family, config: Callable[[str], Mapping[str, Any]]) -> bool:
    return all(
        config(part).get(name, value) == value
        for part, said in family.tells.items()
        for name, value in said.items()
    )


def are_alike(one: str, other: str) -> bool:
    """Whether what fits one family fits the other: they are of one architecture."""
    first, second = FAMILIES.get(one), FAMILIES.get(other)
    return one == other or bool(first and second and first.pipelines == second.pipelines != {})
