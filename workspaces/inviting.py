"""The one place that invites people by mail, and lets in whoever was invited.

Nobody is told whether an address has an account here: an invitation is sent in either case.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.rationing import takes_place
from pixazo.texts.numbers import counted
from workspaces import people
from workspaces.joining import join
from workspaces.models import Deed, Invitation, Membership, Workspace
from workspaces.people import MOST_PEOPLE, announce

MOST_PENDING = 50  # invitations of a workspace
HOUR, DAY = 3600, 86_400
LETTERS_AN_HOUR = 30  # of one person
LETTERS_TO_ONE = 5  # to one address in a day, whoever sends them


class TooManyInvitations(UserError):
    code = "too_many_invitations"
    status = 409


class InvitationOver(UserError):
    code = "invitation_over"
    status = 410


class NotInvited(UserError):
    code = "other_address"
    status = 403


def invite(workspace: Workspace, inviter: Any, email: str, role: str) -> Invitation:
    """Send a letter; whoever is invited already gets another, with this role.

    Raises `UserError` where there are too many, or the letter can't be sent: it waits, then, to be
    sent again.
    """
    email = email.strip().lower()
    if EmailAddress.objects.filter(user=inviter, email__iexact=email).exists():
        sentence = _("This is your own address.")
        raise UserError(sentence, code="invalid", fields={"email": [sentence]})
    _check_letters(inviter, email)
    with transaction.atomic():
        # Whoever invites at this moment, too, waits and then counts this one.
        list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk))
        pending = Invitation.objects.pending().filter(workspace=workspace)
        invitation = pending.filter(email=email).first()
        if invitation is None:
            _check_room(workspace, pending.count())
            invitation = Invitation(workspace=workspace, email=email)
        invitation.role = role
        token = invitation.renew(inviter)
        invitation.save()
        announce(workspace)
        Deed.tell(workspace.pk, Deed.Kind.INVITED, role=role)
    _send(invitation, token)
    return invitation


def send_again(invitation: Invitation, inviter: Any) -> None:
    """With a new address, the old one stops working."""
    _check_letters(inviter, invitation.email)
    token = invitation.send_anew(inviter)
    if token is None:
        raise InvitationOver(_("This invitation has been accepted or withdrawn meanwhile."))
    _send(invitation, token)


def revoke(invitation: Invitation) -> bool:
    """Whether it was good until now."""
    with transaction.atomic():
        revoked = invitation.revoke()
        Deed.tell(invitation.workspace_id, Deed.Kind.WITHDREW, count=int(revoked))
        announce(invitation.workspace)  # pages read again, once it is so
    return revoked


def is_for(invitation: Invitation, user: Any) -> bool:
    """Whether the person has shown that the address is theirs."""
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return addresses.filter(email__iexact=invitation.email).exists()


def accept(invitation: Invitation, user: Any) -> Membership:
    """Let the person in. Raises `NotInvited` or `InvitationOver`; 404 if the workspace is gone."""
    if not is_for(invitation, user):
        sentence = _("This invitation is for %(email)s, which is not a confirmed address of yours.")
        raise NotInvited(sentence % {"email": invitation.email})
    with transaction.atomic():
        rows = Workspace.objects.living().select_for_update(no_key=True)
        workspace = rows.filter(pk=invitation.workspace_id).first()
        if workspace is None:
            raise Http404
        if not invitation.take(user):
            raise InvitationOver(over())
        others = workspace.memberships.exclude(user=user)
        if others.count() >= MOST_PEOPLE:
            raise TooManyInvitations(_("There is no room for more people in this workspace."))
        membership = join(workspace, user, invitation.role)
        announce(workspace)
        Deed.tell(workspace.pk, Deed.Kind.CAME, user, membership.role)
        page = reverse("people", args=[workspace.slug])
        people.tell(workspace.owner, people.HAS_COME, workspace, user, page)
    return membership


def over() -> str:
    return _("This invitation was used, withdrawn or sent anew, or is older than a week.")


def _check_room(workspace: Workspace, pending: int) -> None:
    if pending >= MOST_PENDING or pending + workspace.memberships.count() >= MOST_PEOPLE:
        raise TooManyInvitations(
            _(
                "A workspace has room for %(people)s people, and for %(pending)s invitations that"
                " wait. Withdraw some first."
            )
            % {"people": counted(MOST_PEOPLE), "pending": counted(MOST_PENDING)}
        )


def _check_letters(inviter: Any, email: str) -> None:
    may_send = takes_place(f"inviter:{inviter.pk}", LETTERS_AN_HOUR, HOUR)
    if not (may_send and takes_place(f"invited:{email}", LETTERS_TO_ONE, DAY)):
        sentence = _("Those were many invitations in a short time. Try again later.")
        raise UserError(sentence, code="rate_limited", status=429, retry_after=HOUR)


def _send(invitation: Invitation, token: str) -> None:
    # Not by the name that this request came by: the site may answer to several.
    address = settings.SITE_URL + reverse("invitation", args=[token])
    known = {"invitation": invitation, "workspace": invitation.workspace, "address": address}
    get_adapter().send_mail("workspaces/email/invitation", invitation.email, known)
