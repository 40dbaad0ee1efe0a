"""The enhancer that needs no service: it adds what a prompt leaves open, from the site's own words.

The same prompt, seed and model give the same answer, always and everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from chat.assistant.vocabulary import (
    ANY,
    ASPECTS,
    KINDS,
    STARTER_ASPECTS,
    STARTER_WORLD,
    WORTH,
    Aspect,
)
from generation.catalogue import STARTER
from generation.contract import PROMPT_LENGTH, tokens
from generation.models import ImageModel

MOST_ADDED = 4
SPARE = 4  # tokens that are left of what a model reads: our count is the fewest that there may be


@dataclass(frozen=True)
class Enhanced:
    """`notes` are sentences that say why; `by` is the language model's name, or "" for the site's
    own words."""

    prompt: str
    notes: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class Addition:
    words: str
    why: str


def enhance(
    prompt: str, *, seed: int = 0, model: ImageModel | None = None, has_style: bool = False
) -> Enhanced:
    """`has_style`: a style is laid around it, which says what it is made with."""
    prompt = prompt.strip()
    longest = _longest(model)
    parts = [prompt.rstrip(" ,.;")]
    notes = []
    for addition in additions(prompt, seed=seed, model=model, has_style=has_style):
        if _fits([*parts, addition.words], longest):
            parts.append(addition.words)
            notes.append(addition.why)
        else:
            notes.append(_("This model reads no more than that of a prompt."))
            break
    if not notes:
        notes.append(_("The prompt says what it needs to; nothing was added."))
    if is_starter(model) and not STARTER_WORLD.search(prompt):
        notes.append(
            _(
                "The starter model draws houses, trees, boats, balloons, lighthouses, castles, cars"
                " and tents: name one of them."
            )
        )
    return Enhanced(", ".join(parts) if len(parts) > 1 else prompt, tuple(notes))


def additions(
    prompt: str, *, seed: int = 0, model: ImageModel | None = None, has_style: bool = False
) -> list[Addition]:
    """What is worth adding, in the order in which it is laid behind the prompt."""
    kind = kind_of(prompt)
    open_ = [each for each in _open(prompt, model, has_style) if each.offered(kind)]
    if not is_starter(model):
        kept = sorted(open_, key=lambda each: WORTH.index(each.name))[:MOST_ADDED]
        open_ = [each for each in open_ if each in kept]
    found = []
    for aspect in open_[:MOST_ADDED]:
        words = _chosen(aspect.offered(kind), prompt, seed, aspect.name)
        found.append(Addition(words, gettext(aspect.why) % {"words": words}))
    return found


def kind_of(prompt: str) -> str:
    """What the picture shows: a key of KINDS, or "" where no word says it."""
    return next((kind for kind, words in KINDS.items() if words.search(prompt)), ANY)


def is_starter(model: ImageModel | None) -> bool:
    return model is not None and model.address == STARTER


def _open(prompt: str, model: ImageModel | None, has_style: bool) -> Iterator[Aspect]:
    for aspect in STARTER_ASPECTS if is_starter(model) else ASPECTS:
        is_said = bool(aspect.said.search(prompt))
        if not (is_said or (has_style and aspect.name == "medium")):
            yield aspect


def _chosen(phrases: Sequence[str], prompt: str, seed: int, name: str) -> str:
    """One of them: by chance, but by the same chance each time."""
    digest = sha256(f"{seed}\n{name}\n{' '.join(prompt.casefold().split())}".encode()).digest()
    return phrases[int.from_bytes(digest[:4], "big") % len(phrases)]


def _longest(model: ImageModel | None) -> int | None:
    limit = model.contract.reads_at_most if model else None
    return limit - SPARE if limit else None


def _fits(parts: Sequence[str], longest: int | None) -> bool:
    text = ", ".join(parts)
    return len(text) <= PROMPT_LENGTH and (longest is None or tokens.fewest(text) <= longest)
