"""The only place that puts workspaces into the trash, and has them back whole or empties it (S165).

Nothing in a workspace is changed by that: its memberships are laid aside, and whatever is found
through one, by whichever door, is not there until it is put back.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pixazo import events
from pixazo.errors import UserError
from pixazo.logs import audit
from pixazo.models import MadeAt
from workspaces import owning
from workspaces.joining import give_way
from workspaces.models import Membership, RestingMembership, Workspace
from workspaces.models.slugs import lock_people
from workspaces.names import free_name
from workspaces.signals import workspace_closing


class NoRoom(UserError):
    code = "too_many_workspaces"
    status = 409


class NameTaken(UserError):
    code = "name_taken"
    status = 409


@transaction.atomic
def trash(workspace: Workspace) -> bool:
    """Nobody works there any more, for now, and work in it ends; False if it was there already."""
    rows = Workspace.objects.select_for_update().filter(pk=workspace.pk, deleted=None)
    row = rows.first()
    if row is None:
        return False
    members = list(row.memberships.select_related("user"))
    RestingMembership.objects.bulk_create(
        RestingMembership(workspace=row, user=each.user, role=each.role, since=each.created)
        for each in members
    )
    row.memberships.all().delete()
    rows.update(deleted=now())
    for each in members:
        events.end_listening(each.user.channel, row.channel)
    audit.note("workspace.trashed", who=row.owner_id, workspace=row.pk)
    # Nobody begins anything there by then; each piece of work ends in a transaction of its own.
    # It is in the trash whatever becomes of that: the sweeper ends what is left.
    transaction.on_commit(lambda: workspace_closing.send(Workspace, workspace=row), robust=True)
    return True


def restore(workspace: Workspace) -> bool:
    """With all that is in it, and for all who worked there; False if it was there already. Its name
    gets a number where its owner has given it away. Raises `NoRoom` and `NameTaken`."""
    try:
        return _restored(workspace)
    except IntegrityError:  # no lock keeps its owner from giving another one this name
        raise NameTaken(_("Another workspace has just got this name. Try again.")) from None


@transaction.atomic
def _restored(workspace: Workspace) -> bool:
    rows = Workspace.objects.select_for_update().filter(pk=workspace.pk).exclude(deleted=None)
    row = rows.first()
    if row is None:
        return False
    resting = list(row.resting.order_by("since", "id"))
    people = [each.user_id for each in resting]
    lock_people(people)
    if not owning.has_room(row.owner_id):
        raise NoRoom(owning.no_room_for_me())
    others = Workspace.objects.filter(owner=row.owner_id, deleted=None)
    row.deleted = None
    row.name = free_name(row.name, others.values_list("name", flat=True))
    row.save(update_fields=["deleted", "name"])
    for each in resting:
        membership = Membership(workspace=row, user_id=each.user_id, role=each.role)
        MadeAt.tell(membership, each.since)
        membership.save(force_insert=True)
    row.resting.all().delete()
    give_way(row, people)
    audit.note("workspace.restored", who=row.owner_id, workspace=row.pk)
    workspace.deleted, workspace.name, workspace.slug = None, row.name, row.slug
    return True


def purge(workspace: Workspace) -> bool:
    """For good, at once: what it takes of its people's storage is free. False if somebody was
    first, or has put it back."""
    pk, owner = workspace.pk, workspace.owner_id
    if not workspace.delete_with_everything(thrown_before=now()):
        return False
    audit.note("workspace.purged", who=owner, workspace=pk)
    return True


def forget(before: datetime) -> int:
    """Delete for good those that went to the trash before then; how many."""
    rows = list(Workspace.objects.filter(deleted__lt=before).select_related("owner"))
    return sum(row.delete_with_everything(thrown_before=before) for row in rows)
