"""What a picture came from, what came from it, and what is otherwise between two (D8)."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from generation import labels
from generation.models import Batch, Image, Input
from pixazo.texts.numbers import written
from pixazo.texts.words import within

DEPTH = 12  # generations up, and as many down
MOST = 120  # pictures of a tree
# Of comparing two texts, which take a seventh of a second. Of "a a a …" and "b a b a …" there are
# twenty-four billion where they are as long as prompts may be, and these take minutes.
MOST_STEPS = 4_000_000
PIECES = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True)
class Words:
    """A stretch of a text: in both, only before, or only after."""

    kind: str  # same, gone, new
    text: str


@dataclass(frozen=True)
class Value:
    """One setting of some pictures, as people read it of each."""

    name: str
    each: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return len(set(self.each)) == 1


@dataclass
class Node:
    """A picture in its tree, with what was made from it."""

    image: Image
    how: str = ""  # how it was made from the one above
    reason: str = ""  # what is otherwise than there
    children: "list[Node]" = field(default_factory=list)


def parents(images: Sequence[Image]) -> list[Image]:
    """What these were made from, without what is in the trash."""
    batches = [image.job.batch_id for image in images]
    used = Input.objects.filter(batch__in=batches, image__isnull=False).exclude(role="mask")
    return list(_whole().filter(pk__in=used.values("image")))


def children(images: Sequence[Image]) -> dict[UUID, list[Image]]:
    """What was made from each of these, oldest first."""
    rows = Input.objects.filter(image__in=images).exclude(role=Input.Role.MASK)
    made_from: dict[UUID, set[UUID]] = {}
    for batch, image in rows.values_list("batch_id", "image_id"):
        made_from.setdefault(batch, set()).add(image)
    found: dict[UUID, list[Image]] = {}
    for image in _whole().filter(job__batch__in=made_from).order_by("id")[:MOST]:
        for parent in made_from[image.job.batch_id]:
            found.setdefault(parent, []).append(image)
    return found


def tree_of(image: Image) -> Node:
    """From the oldest picture that it comes from down to all that came from that. At most DEPTH
    generations and MOST pictures: two queries for each generation."""
    root, seen = image, {image.pk}
    for _generation in range(DEPTH):
        above = [each for each in parents([root]) if each.pk not in seen]
        if not above:
            break
        root = above[0]
        seen.add(root.pk)
    top = Node(root)
    level, placed = [top], {root.pk}
    for _generation in range(2 * DEPTH):
        found = children([node.image for node in level])
        following = []
        for node in level:
            for child in found.get(node.image.pk, []):
                if child.pk in placed or len(placed) >= MOST:
                    continue
                placed.add(child.pk)
                how = labels.mode(child.job.batch.mode)
                below = Node(child, how, reason(node.image, child))
                node.children.append(below)
                following.append(below)
        if not following:
            break
        level = following
    return top


def reason(one: Image, other: Image) -> str:
    """In a few words: "seed and 2 words differ"."""
    parts = [within(value.name) for value in values(one, other) if not value.is_same]
    stretches = words_of(prompt(one), prompt(other), MOST_STEPS // 20)  # a tree has many of them
    counts = {kind: _count(stretches, kind) for kind in ("new", "gone")}
    changed = counts["new"] or counts["gone"]
    if changed:
        parts.append(_("%(count)s words") % {"count": changed} if changed > 1 else _("one word"))
    if not parts:
        return _("the same settings")
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {_('and')} {parts[-1]}"
    return _("differs in %(parts)s") % {"parts": listed}


def _count(stretches: Sequence[Words], kind: str) -> int:
    return sum(len(re.findall(r"\w+", each.text)) for each in stretches if each.kind == kind)


def words_of(before: str, after: str, most: int = MOST_STEPS) -> list[Words]:
    """Two texts as one, by word; of long ones that repeat themselves what they begin and end with
    alike is told from all that is between."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if _steps(old, new) <= most:
        return _by_piece(old, new)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = (each[head : len(each) - tail] for each in (old, new))
    # Spaces and commas are everywhere: they are compared with the words that they are next to.
    words = [
        [piece for piece in each if not _is_between(piece)] for each in (old_middle, new_middle)
    ]
    if _steps(*words) <= most:
        middle = _by_piece(old_middle, new_middle, _is_between)
    else:
        middle = [Words("gone", "".join(old_middle)), Words("new", "".join(new_middle))]
    ends = (Words("same", "".join(each)) for each in (old[:head], old[len(old) - tail :]))
    return [each for each in (next(ends), *middle, next(ends)) if each.text]


def _is_between(piece: str) -> bool:
    return not re.match(r"\w", piece)


def _steps(old: Sequence[str], new: Sequence[str]) -> int:
    """At most so many does it take to compare them: `difflib` looks at each pair of pieces that are
    the same, once for each stretch that it finds."""
    again = Counter(new)
    pairs = sum(count * again[piece] for piece, count in Counter(old).items())
    return pairs * min(len(old), len(new))


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces they begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _by_piece(
    old: Sequence[str], new: Sequence[str], is_between: Callable[[str], bool] | None = None
) -> list[Words]:
    found: list[Words] = []
    matcher = difflib.SequenceMatcher(is_between, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Words("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Words("gone", "".join(old[a:b])))
        if c < d:
            found.append(Words("new", "".join(new[c:d])))
    return found


def values(*images: Image) -> list[Value]:
    """Every setting of these pictures but their prompts: what differs first."""
    every = [dict(known(image)) for image in images]
    rows = [
        Value(name, tuple(settings.get(name, "—") for settings in every))
        for name in dict.fromkeys(name for settings in every for name in settings)
    ]
    return sorted(rows, key=lambda row: row.is_same)


def prompt(image: Image) -> str:
    return str(image.recipe.get("prompt", ""))


def known(image: Image) -> Iterator[tuple[str, str]]:
    """Name and value of each setting that a picture was made with, as people read them."""
    recipe: Mapping[str, Any] = image.recipe
    template = recipe.get("template") or {}
    made_by = recipe.get("made_by") or {}
    said = {
        _("Seed"): recipe.get("seed"),
        _("Model"): image.model_name,
        _("Size"): f"{image.width} \u00d7 {image.height}",
        _("Steps"): recipe.get("num_inference_steps"),
        _("Guidance"): recipe.get("guidance_scale"),
        _("Made"): labels.mode(recipe.get("mode", Batch.Mode.TEXT)),
        _("Strength"): recipe.get("strength"),
        _("Scale"): recipe.get("scale"),
        _("Sampler"): labels.scheduler(recipe.get("scheduler", "")),
        _("Style"): template.get("style"),
        _("Theme"): template.get("theme"),
        _("LoRAs"): ", ".join(
            f"{each['lora']} {written(each['weight'])}" for each in recipe.get("loras", [])
        ),
        _("Leave out"): recipe.get("negative_prompt"),
        _("Precision"): made_by.get("dtype"),
        _("Device"): made_by.get("device"),
    }
    for name, value in said.items():
        if value not in (None, ""):
            yield name, written(value) if isinstance(value, float) else str(value)


def _whole() -> Any:
    return Image.objects.visible().select_related("job__batch", "workspace")
