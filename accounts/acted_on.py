"""What acts of staff were about, as the person reads it: a name in place of an id, and a way there.

Rows are written down as "job 0199…"; rooms say by `accounts.staff_acts.whose` what that is to them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.models import ApiKey, StaffAct, Ticket
from pixazo.texts.kept import shown


@dataclass(frozen=True)
class Thing:
    title: str
    link: str = ""


# Of a person and the ids of rows; those that they may not see now are left out.
Finder = Callable[[Any, Collection[str]], Mapping[str, Thing]]


@dataclass(frozen=True)
class _Called:
    model: type[models.Model]
    name: str
    page: str
    find: Finder | None


_called: dict[str, _Called] = {}


def called(model: type[models.Model], name: str, page: str, find: Finder | None) -> None:
    """`name` is English (`gettext_noop`); `page` the name of the address where one sees all."""
    _called[_kind(model)] = _Called(model, name, page, find)


def written(row: models.Model) -> str:
    return f"{_kind(type(row))} {row.pk}"


def told(person: Any, acts: Iterable[StaffAct]) -> list[tuple[StaffAct, Thing | None]]:
    """Each with what it was about; a query or two for each kind of thing, however many acts."""
    rows = list(acts)
    ids: dict[str, set[str]] = defaultdict(set)
    for act in rows:
        kind, _space, pk = act.about.rpartition(" ")
        ids[kind].add(pk)
    found = {
        kind: known.find(person, ids[kind])
        for kind, known in _called.items()
        if known.find and kind in ids
    }
    return [(act, _thing(act.about, found)) for act in rows]


def row_page(about: str) -> str:
    """The address of staff's page of it; empty where there is none."""
    kind, _space, pk = about.rpartition(" ")
    if kind not in _called:
        return ""
    meta = _called[kind].model._meta  # noqa: SLF001  Django's public name for it
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return ""


def keys(person: Any, ids: Collection[str]) -> Mapping[str, Thing]:
    rows = ApiKey.objects.filter(user=person, pk__in=ids)
    return {
        str(row.pk): Thing(_("API key “%(name)s”") % {"name": row.name}, reverse("api_keys"))
        for row in rows
    }


def tickets(person: Any, ids: Collection[str]) -> Mapping[str, Thing]:
    rows = Ticket.objects.filter(user=person, pk__in=ids)
    return {
        str(row.pk): Thing(f"#{row.pk} {row.subject}", reverse("ticket", args=[row.pk]))
        for row in rows
    }


def _thing(about: str, found: Mapping[str, Mapping[str, Thing]]) -> Thing | None:
    kind, _space, pk = about.rpartition(" ")
    known = _called.get(kind)
    if known is None:
        return Thing(about) if about else None
    own = found.get(kind, {}).get(pk)
    return own or Thing(shown(known.name), reverse(known.page) if known.page else "")


def _kind(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)  # noqa: SLF001  likewise
