"""What a file names, as what we have: models and LoRAs the person may use, pictures they see."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.models import User
from generation.metadata.found import Found, Named, stem
from generation.models import Image, ImageModel, Lora, Upload
from workspaces.models import Workspace

SHORTEST = 8  # characters of a hash that can mean a file
MOST_PARTS = 10  # LoRAs, and pictures, that are looked for

Row = TypeVar("Row", ImageModel, Lora)


def name_of(picture: Image | Upload) -> str:
    """As a request names it."""
    return f"{'image' if isinstance(picture, Image) else 'upload'}:{picture.pk}"


def answer(
    found: Found,
    user: User,
    workspaces: QuerySet[Workspace],
    show: Callable[[Image | Upload], Any] = name_of,
) -> dict[str, Any]:
    """What both doors say. In `settings`, `model` and `loras` are our slugs, where we have them;
    pictures of those workspaces are said as `show` says them."""
    unknown = dict(found.unknown)
    models = list(ImageModel.objects.usable_by(user))
    model = _match(models, found.model) if found.model else None
    settings: dict[str, Any] = {**found.settings, "model": model.slug if model else None}
    loras = list(Lora.objects.usable_by(user))
    used = []
    for named in found.loras[:MOST_PARTS]:
        if lora := _match(loras, named):
            used.append({"lora": lora.slug, "weight": named.weight})
        else:
            unknown[f"LoRA {named.name}"[:100]] = f"{named.weight:g}"
    if used:
        settings["loras"] = used
    settings |= _pictures(found, workspaces, show)
    return {
        "source": found.source,
        "settings": settings,
        "model": found.model.name if found.model else None,
        "unknown": unknown,
    }


def _match(rows: Sequence[Row], named: Named) -> Row | None:
    """By what can't be mistaken first: hash, slug, name, and the name of the file."""
    wanted = named.name.casefold()
    digest = named.sha256.casefold()
    return (
        _first(rows, lambda row: len(digest) >= SHORTEST and _digest(row).startswith(digest))
        or _first(rows, lambda row: row.slug.casefold() == wanted)
        or _first(rows, lambda row: row.name.casefold() == wanted)
        or _first(rows, lambda row: _file(row).casefold() == stem(named.name).casefold())
    )


def _first(rows: Iterable[Row], is_it: Any) -> Row | None:
    return next((row for row in rows if is_it(row)), None)


def _digest(row: ImageModel | Lora) -> str:
    return (row.weights_sha256 if isinstance(row, ImageModel) else row.sha256).casefold()


def _file(row: ImageModel | Lora) -> str:
    if isinstance(row, Lora):
        return stem(row.file)
    return stem(row.address.partition("@")[0])


def _pictures(
    found: Found, workspaces: QuerySet[Workspace], show: Callable[[Image | Upload], Any]
) -> dict[str, Any]:
    """Source, mask and references, where they are still there: known by the hash of their files."""
    shown: dict[str, Any] = {}
    for role, sha256 in found.sources[:MOST_PARTS]:
        picture = _picture(sha256, workspaces)
        if picture and role == "reference":
            shown.setdefault("references", []).append(show(picture))
        elif picture and role in ("source", "mask"):
            shown[role] = show(picture)
    return shown


def _picture(sha256: str, workspaces: QuerySet[Workspace]) -> Image | Upload | None:
    theirs = Q(workspace__in=workspaces, sha256=sha256)
    image = Image.objects.visible().filter(theirs).first()
    return image or Upload.objects.filter(theirs).first()
