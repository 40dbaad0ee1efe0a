"""Which of several word lists with one name a prompt means."""

from collections.abc import Iterable

from workspaces.models import Scope, WordList

RANK = (Scope.WORKSPACE, Scope.PERSONAL, Scope.SITE)


def meant(lists: Iterable[WordList]) -> dict[str, WordList]:
    """By name: the workspace's goes first, then the person's own, then the site's; of two of one
    place the older."""
    found: dict[str, WordList] = {}
    for each in sorted(lists, key=lambda row: (RANK.index(Scope(row.scope)), row.pk)):
        found.setdefault(each.name, each)
    return found
