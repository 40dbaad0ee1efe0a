"""What workspaces are called where somebody chooses among several: those of the same name say whose
they are."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from workspaces.models import Workspace


def labelled(rows: Iterable[Workspace]) -> list[Any]:
    """Each with its `label`. One query, and only where two are of the same name."""
    found: list[Any] = list(rows)
    names = Counter(row.name.casefold() for row in found)
    alike = [row.pk for row in found if names[row.name.casefold()] > 1]
    owners: dict[Any, str] = {}
    if alike:
        owners = dict(Workspace.objects.filter(pk__in=alike).values_list("pk", "owner__username"))
    for row in found:
        row.label = f"{row.name} ({owners[row.pk]})" if row.pk in owners else row.name
    return found
