"""What is done to the members of a workspace: another role, out, and over to another owner.

Each is one conditional change or one transaction that begins with the workspace's lock.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Notice
from pixazo import events
from pixazo.errors import UserError
from workspaces import owning
from workspaces.models import Deed, Invitation, Membership, Workspace
from workspaces.models.slugs import lock_people
from workspaces.names import free_name
from workspaces.roles import GIVEN, Role
from workspaces.signals import member_gone

MOST_PEOPLE = 100  # of a workspace
# In the bell; the names are those of that moment.
MAY_DRAW = gettext_noop("You may draw in “%(workspace)s” now.")
MAY_LOOK = gettext_noop("You may only look at “%(workspace)s” now.")
IS_YOURS = gettext_noop("“%(workspace)s” is yours now: %(who)s handed it over.")
IS_OUT = gettext_noop("You no longer work in “%(workspace)s”.")
HAS_LEFT = gettext_noop("%(who)s has left “%(workspace)s”.")
HAS_COME = gettext_noop("%(who)s works in “%(workspace)s” now.")


class OwnerStays(UserError):
    code = "owner_stays"
    status = 409


class SwitchedOff(UserError):
    code = "switched_off"
    status = 409


class NoRoomThere(UserError):
    code = "too_many_workspaces"
    status = 409


class NameTaken(UserError):
    code = "name_taken"
    status = 409


def announce(workspace: Workspace) -> None:
    """Tell open pages that somebody may do more or less here, or has come or gone."""
    events.announce(workspace.channel, "people", workspace.pk)


def tell(user: Any, sentence: str, workspace: Workspace, who: Any = None, link: str = "") -> None:
    """In the bell; without `link` it leads to the workspace."""
    words = sentence % {"workspace": workspace.name, "who": who.username if who else ""}
    link = link or workspace.get_absolute_url()
    known = {"sender": who, "subject": workspace.pk, "kind": "people"}
    Notice.objects.tell(user, words, link, **known)


def change_role(membership: Membership, role: str) -> None:
    """Raises `OwnerStays` for the owner, who hands over instead; 404 if they have just gone."""
    if membership.role == Role.OWNER:
        raise OwnerStays(_("Make somebody else the owner first."))
    with transaction.atomic():
        if not _others(membership).update(role=role):
            raise Http404
        announce(membership.workspace)
        if role != membership.role:
            sentence = MAY_DRAW if role == Role.EDITOR else MAY_LOOK
            tell(membership.user, sentence, membership.workspace)
            kind = Deed.Kind.ROLE
            Deed.tell(membership.workspace_id, kind, membership.user, role)
    membership.role = role


def remove(membership: Membership, *, leaves: bool = False) -> None:
    """Take the person out, at once; what they made stays. The same when they leave."""
    if membership.role == Role.OWNER:
        raise OwnerStays(_("The owner can't leave. Make somebody else the owner first."))
    workspace, user = membership.workspace, membership.user
    with transaction.atomic():
        list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk))
        if not _others(membership).delete()[0]:
            raise Http404
        # A letter that still lies there would let them in again.
        for invitation in Invitation.objects.open().of_person(user).filter(workspace=workspace):
            invitation.revoke()
        events.end_listening(user.channel, workspace.channel)
        announce(workspace)
        Deed.tell(workspace.pk, Deed.Kind.LEFT if leaves else Deed.Kind.OUT, user)
        if leaves:
            tell(workspace.owner, HAS_LEFT, workspace, user, _page(workspace))
        else:
            tell(user, IS_OUT, workspace, link=reverse("workspaces"))
    # Each of their jobs ends in a transaction of its own. They are out whatever becomes of that:
    # the sweeper ends what is left.
    member_gone.send_robust(Membership, workspace=workspace, user=user)


def hand_over(workspace: Workspace, owner: Any, membership: Membership) -> None:
    """Make another member the owner; who was it becomes an editor.

    404 if either has changed meanwhile. The workspace's name gets a number where the new owner has
    one of that name. Raises `SwitchedOff`, `NoRoomThere` and `NameTaken`.
    """
    try:
        with transaction.atomic():
            row = _handed_over(workspace, owner, membership)
    except IntegrityError:  # no lock keeps the new owner from giving another one this name
        sentence = _("They have just given another workspace this name. Try again.")
        raise NameTaken(sentence) from None
    workspace.owner, workspace.name = row.owner, row.name


def _handed_over(workspace: Workspace, owner: Any, membership: Membership) -> Workspace:
    row = Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk).first()
    if row is None:
        raise Http404
    lock_people([owner.pk, membership.user_id])
    if not get_user_model().objects.filter(pk=membership.user_id, is_active=True).exists():
        raise SwitchedOff(_("This account is switched off: it can own no workspace."))
    if not owning.has_room(membership.user_id):
        raise NoRoomThere(_("Their plan doesn't let them own more workspaces."))
    was = row.memberships.filter(user=owner, role=Role.OWNER).update(role=Role.EDITOR)
    if not (was and _others(membership).update(role=Role.OWNER)):
        raise Http404  # which undoes the first
    row.owner = membership.user
    row.name = _free_name(row)
    row.save(update_fields=["owner", "name"])
    announce(row)
    Deed.tell(row.pk, Deed.Kind.HANDED, membership.user, Role.OWNER)
    tell(membership.user, IS_YOURS, row, owner, _page(row))
    return row


def _page(workspace: Workspace) -> str:
    return reverse("people", args=[workspace.slug])


def _others(membership: Membership) -> Any:
    """The row, while it is not the owner's."""
    return Membership.objects.filter(
        pk=membership.pk, workspace=membership.workspace_id, role__in=GIVEN
    )


def _free_name(workspace: Workspace) -> str:
    owned = Workspace.objects.living().filter(owner=workspace.owner).exclude(pk=workspace.pk)
    return free_name(workspace.name, owned.values_list("name", flat=True))
