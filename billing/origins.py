"""Where each number that holds for a person comes from, in words for staff."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from billing.models import Account, Override


class Origin(NamedTuple):
    label: str
    value: str
    source: str


def origins(account: Account) -> Iterator[Origin]:
    """Each limit, what it is, and which plan, group or exception says so."""
    own = list(account.overrides.all())
    groups = Override.objects.filter(group__user=account.user_id).select_related("group")
    known = [*groups.order_by("group__name"), *own]
    for limit in Override.Limit:
        value = account.limit(limit)
        sources = [
            f"group {each.group}" if each.group else "exception for this person"
            for each in known
            if each.limit == limit and each.number == value and (each in own or _no(own, limit))
        ]
        by_plan = limit.value not in account.own_limits
        source = f"plan {account.plan}" if by_plan else ", ".join(sources)
        yield Origin(str(limit.label), _written(value), source)


def _no(overrides: list[Override], limit: str) -> bool:
    return all(each.limit != limit for each in overrides)


def _written(value: Any) -> str:
    return "no limit" if value is None else f"{value:g}"
