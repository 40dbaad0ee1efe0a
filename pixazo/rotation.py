"""Puts all that is encrypted under the newest key, so that an older one can be taken away."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast

from pixazo.encrypted import EncryptedTextField, renewed

AT_ONCE = 500

# Rooms that keep tokens elsewhere than in a column of their own.
_places: list[Callable[[Callable[[str], str]], None]] = []


def register(place: Callable[[Callable[[str], str]], None]) -> None:
    """Called with what renews one token."""
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

    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if isinstance(field, EncryptedTextField):
                _rotate(model, field, renew)
    for place in _places:
        place(renew)
    return counts


def _rotate(model: type[Model], field: EncryptedTextField, renew: Callable[[str], str]) -> None:
    """As the database holds them. What somebody changes meanwhile is under the newest anyway."""
    rows: Any = model._default_manager.annotate(kept=Cast(field.name, TextField()))  # noqa: SLF001
    tokens = rows.exclude(kept="").exclude(kept=None).values_list("pk", "kept")
    for pk, token in tokens.iterator(AT_ONCE):
        fresh = renew(token)
        if fresh != token:
            row = rows.filter(pk=pk, kept=token)
            row.update(**{field.name: Value(fresh, output_field=TextField())})
