"""Tiles of finished pictures, the heads of cards and the gallery's pictures, kept as they were
drawn: most of what a page of pictures takes.

What is kept is found by everything that is shown of it, so nothing has to be told when it changes:
a picture that is renamed is another entry. `test_finished.py` holds READ to the templates.
"""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from generation.models import Image, Job
from generation.views.cards import Card
from generation.views.tiles import Tile

TILE = "generation/_tile.html"
HEAD = "generation/_batch_head.html"
ITEM = "generation/_gallery_item.html"
# Bytes of a process, with what it takes to find them: some 20,000 tiles, or fewer where prompts are
# long.
MOST = 16_000_000
APIECE = 200
# What the templates read of a tile whose picture is there, and of its rows; of a card; and of a
# picture in the gallery.
READ: dict[str, dict[str, tuple[str, ...]]] = {
    TILE: {
        "tile": ("may", "may_draw", "price", "times", "comments", "verdict"),
        "job": ("pk", "state", "step", "steps", "seed", "index"),
        "image": (
            "pk",
            "original",
            "small_url",
            "medium_url",
            "width",
            "height",
            "colour",
            "alt",
            "deleted",
            "remark",
        ),
        "verdict": ("verdict",),
        "batch": ("count", "width", "height"),
    },
    HEAD: {
        "card": (
            "source",
            "asked_by",
            "details",
            "experiment",
            "units_held",
            "units_used",
            "several",
            "units_returned",
            "units_again",
            "failed",
            "comments",
            "compared",
            "may",
            "may_stop",
            "may_change",
        ),
        "batch": ("pk", "prompt", "reason", "width", "height", "created"),
        "model": ("name",),
    },
    ITEM: {
        "image": (
            "pk",
            "width",
            "height",
            "colour",
            "rating",
            "starred",
            "small_url",
            "medium_url",
            "alt",
        ),
    },
}

# By a digest of what they are found by, which is longer than what is kept: a prompt may be.
_kept: OrderedDict[bytes, bytes] = OrderedDict()
_lock = threading.Lock()
_size = 0


def drawn(tile: Tile, *, slug: str, may_change: bool) -> SafeString:
    """The tile as HTML."""
    known = {"tile": tile, "may_change": may_change, "workspace": {"slug": slug}}
    job, image = tile.job, tile.image
    if job.state != Job.State.SUCCEEDED or image is None or image.deleted:
        return _draw(TILE, known)
    rows = {"tile": tile, "job": job, "image": image, "batch": job.batch, "verdict": image.verdict}
    return _kept_or_drawn(TILE, rows, known, slug, may_change)


def head(card: Card, *, slug: str) -> SafeString:
    """What stands above a card's pictures, as HTML."""
    known = {"card": card, "workspace": {"slug": slug}}
    rows = {"card": card, "batch": card.batch, "model": card.batch.model}
    return _kept_or_drawn(HEAD, rows, known, slug)


def item(image: Image, *, tab: str) -> SafeString:
    """A picture of the gallery, as HTML."""
    slug = image.workspace.slug
    known = {"image": image, "tab": tab, "slug": slug}
    return _kept_or_drawn(ITEM, {"image": image}, known, slug, tab)


def _kept_or_drawn(
    template: str, rows: Mapping[str, Any], known: dict[str, Any], *more: Any
) -> SafeString:
    read = READ[template].items()
    parts = [str(getattr(rows[name], each, "")) for name, names in read for each in names]
    said = repr((template, get_language(), *more, *parts))
    key = blake2b(said.encode("utf-8", "backslashreplace"), digest_size=32).digest()
    with _lock:
        packed = _kept.get(key)
        if packed is not None:
            _kept.move_to_end(key)
    if packed is None:
        html = _draw(template, known)
        _keep(key, zlib.compress(html.encode(), 1))
        return html
    return mark_safe(zlib.decompress(packed).decode())  # noqa: S308  as drawn  # nosec B308 B703


def _keep(key: bytes, packed: bytes) -> None:
    global _size
    with _lock:
        if key in _kept:  # another thread drew the same
            return
        _kept[key] = packed
        _size += len(packed) + APIECE
        while _size > MOST:
            _, gone = _kept.popitem(last=False)
            _size -= len(gone) + APIECE


def _draw(template: str, known: dict[str, Any]) -> SafeString:
    html = get_template(template).template.render(Context(known))  # type: ignore[attr-defined]
    return SafeString(html)  # a template made it  # nosec B703
