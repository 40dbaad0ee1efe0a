"""Tiles of finished pictures, kept as they were drawn: most of what a page of pictures takes.

What is kept is found by everything that is shown of it, so nothing has to be told when it changes:
a picture that is renamed is another entry. `test_finished.py` holds READ to the templates.
"""

import threading
import zlib
from collections import OrderedDict
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from generation.models import Job
from generation.views.tiles import Tile

TEMPLATE = "generation/_tile.html"
# About a kilobyte each, for a process.
MOST = 10_000
# What the templates read of a tile whose picture is there, and of its rows.
READ = {
    "tile": (
        *("picture", "may_draw", "may_vary", "may_upscale", "may_verify", "price", "times"),
        *("comments", "verdict"),
    ),
    "job": ("pk", "state", "step", "steps", "seed", "index"),
    "image": (
        "pk",
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
}

_kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
_lock = threading.Lock()


def drawn(tile: Tile, *, slug: str, may_change: bool) -> SafeString:
    """The tile as HTML."""
    known = {"tile": tile, "may_change": may_change, "workspace": {"slug": slug}}
    job, image = tile.job, tile.image
    if job.state != Job.State.SUCCEEDED or image is None or image.deleted:
        return get_template(TEMPLATE).template.render(Context(known))  # type: ignore[attr-defined]
    rows = {"tile": tile, "job": job, "image": image, "batch": job.batch, "verdict": image.verdict}
    parts = [getattr(rows[name], each, "") for name, names in READ.items() for each in names]
    key = (get_language(), slug, may_change, *map(str, parts))
    with _lock:
        packed = _kept.get(key)
        if packed is not None:
            _kept.move_to_end(key)
    if packed is None:
        html = get_template(TEMPLATE).template.render(Context(known))  # type: ignore[attr-defined]
        packed = zlib.compress(html.encode(), 1)
        with _lock:
            _kept[key] = packed
            while len(_kept) > MOST:
                _kept.popitem(last=False)
        return SafeString(html)  # a template made it  # nosec B703
    return mark_safe(zlib.decompress(packed).decode())  # noqa: S308  as drawn  # nosec B308 B703
