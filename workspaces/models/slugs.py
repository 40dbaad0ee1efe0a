"""The one place that chooses slugs: one slug means one workspace to each person who works there."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils.text import slugify

from workspaces.models.former_slug import FormerSlug
from workspaces.models.membership import Membership

if TYPE_CHECKING:
    from workspaces.models.workspace import Workspace

SLUG_LENGTH = 60


def lock_people(people: list[Any]) -> None:
    """Nobody else gives a workspace of these people a slug, or lets one of them into another,
    until this transaction ends. Whoever also locks a workspace locks it first."""
    rows = get_user_model().objects.filter(pk__in=people).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def slugs_around(workspace: "Workspace", people: list[Any]) -> set[str]:
    """By what these people know other workspaces, now or from before."""
    others = Membership.objects.filter(user__in=people).exclude(workspace=workspace.pk)
    present = others.values_list("workspace__slug", flat=True)
    former = FormerSlug.objects.filter(workspace__in=others.values("workspace"))
    # The owner's, too, whose workspaces lie side by side in one folder.
    owned = type(workspace).objects.filter(owner=workspace.owner_id).exclude(pk=workspace.pk)
    return {*present, *former.values_list("slug", flat=True), *owned.values_list("slug", flat=True)}


def free_slug(name: str, taken: set[str]) -> str:
    """A slug that is safe in a path and a URL, and not taken.

    "Single Portraits of Highest Quality" gives `single-portraits-of-highest-quality`; a name
    of which nothing is left (emoji, slashes) gives `workspace`.
    """
    base = slugify(name)[: SLUG_LENGTH - 4].strip("-_") or "workspace"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
