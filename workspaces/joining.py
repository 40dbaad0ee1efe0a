"""The one place that lets a person into a workspace, and the slug give way where it is taken."""

from typing import Any

from django.db import transaction

from workspaces.models import FormerSlug, Membership, Workspace
from workspaces.models.slugs import free_slug, lock_people, slugs_around


@transaction.atomic
def join(workspace: Workspace, user: Any, role: str) -> Membership:
    """The person's membership; whoever is a member already keeps the role they have.

    Raises `Workspace.DoesNotExist` if it has just been deleted.
    """
    row = Workspace.objects.living().select_for_update(no_key=True).get(pk=workspace.pk)
    people = [*row.memberships.values_list("user", flat=True), user.pk]
    lock_people(people)
    membership, _ = Membership.objects.get_or_create(
        workspace=row, user=user, defaults={"role": role}
    )
    give_way(row, people)
    workspace.slug = row.slug
    return membership


def give_way(row: Workspace, people: list[Any]) -> None:
    """Where one of its members knows another workspace by its slug, the workspace gets a new one,
    and its old addresses go on working for those who have no other one of that slug. In a
    transaction that has locked these people."""
    taken = slugs_around(row, people)
    if row.slug in taken:
        FormerSlug.objects.get_or_create(workspace=row, slug=row.slug)
        row.slug = free_slug(row.name, taken | set(row.former_slugs.values_list("slug", flat=True)))
        row.save(update_fields=["slug"])
