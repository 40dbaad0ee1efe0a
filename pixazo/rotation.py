"""Puts all that is encrypted under the newest key, so that an older one can be taken away."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast

from pixazo.encrypted import EncryptedTextField, is_readable, renewed

AT_ONCE = 500

Renew = Callable[[str], str]


class Place(NamedTuple):
    """Where a room keeps tokens, if not in a column of their own."""

    name: str
    tokens: Callable[[], Iterable[str]]
    rotate: Callable[[Renew], None]  # called with what renews one token


_places: list[Place] = []


def register(place: Place) -> None:
    _places.append(place)


def rotate() -> Counter[str]:
    """How many were "renewed", "new" already, and "unreadable": those stay as they are."""
    counts: Counter[str] = Counter()

    def renew(token: str) -> str:
        try:
            fresh = renewed(token)
        except InvalidToken:
            counts["unreadable"] += 1
            return token
        counts["new" if fresh == token else "renewed"] += 1
        return fresh

    for model, field in _columns():
        _rotate(model, field, renew)
    for place in _places:
        place.rotate(renew)
    return counts


def unreadable() -> Counter[str]:
    """How many values no key reads, by where they are kept. Changes nothing."""
    counts: Counter[str] = Counter()
    for model, field in _columns():
        tokens = _kept(model, field).values_list("kept", flat=True).iterator(AT_ONCE)
        counts[f"{model._meta.label}.{field.name}"] = _lost(tokens)  # noqa: SLF001
    for place in _places:
        counts[place.name] = _lost(place.tokens())
    return +counts


def _lost(tokens: Iterable[str]) -> int:
    return sum(not is_readable(token) for token in tokens)


def _columns() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if isinstance(field, EncryptedTextField):
                yield model, field


def _kept(model: type[Model], field: EncryptedTextField) -> Any:
    """As the database holds them."""
    rows: Any = model._default_manager.annotate(kept=Cast(field.name, TextField()))  # noqa: SLF001
    return rows.exclude(kept="").exclude(kept=None)


def _rotate(model: type[Model], field: EncryptedTextField, renew: Renew) -> None:
    """What somebody changes meanwhile is under the newest anyway."""
    rows = _kept(model, field)
    for pk, token in rows.values_list("pk", "kept").iterator(AT_ONCE):
        fresh = renew(token)
        if fresh != token:
            row = rows.filter(pk=pk, kept=token)
            row.update(**{field.name: Value(fresh, output_field=TextField())})
