"""A letter by which somebody may come to work in a workspace, once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.utils.timezone import now

from pixazo.models import TimeOrdered
from workspaces.roles import GIVEN

TOKEN_BYTES = 24  # 192 bits of the system's generator
LIFETIME = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; they may be too old."""
        return self.filter(accepted=None, revoked=None)

    def open(self) -> "InvitationQuerySet":
        """Those that can be accepted."""
        return self.pending().filter(expires__gt=now())

    def past(self, before: datetime) -> "InvitationQuerySet":
        """Those that were over, withdrawn or accepted before then."""
        return self.filter(
            models.Q(expires__lt=before)
            | models.Q(revoked__lt=before)
            | models.Q(accepted__lt=before)
        )

    def of_person(self, user: Any) -> "InvitationQuerySet":
        """Those of addresses that are shown to be theirs, or were when they came in."""
        shown = EmailAddress.objects.filter(user=user, verified=True)
        addresses = [each.lower() for each in shown.values_list("email", flat=True)]
        return self.filter(models.Q(email__in=addresses) | models.Q(accepted_by=user))

    def of_token(self, token: str) -> "InvitationQuerySet":
        """None of a workspace in the trash: until it is put back, nobody comes in."""
        return self.filter(token_sha256=_hash(token), workspace__deleted=None)


class Invitation(TimeOrdered):
    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()  # in small letters
    role = models.CharField(max_length=10, choices=[(role.value, role.label) for role in GIVEN])
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # The letter alone has the token itself.
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    sent = models.DateTimeField(editable=False)
    expires = models.DateTimeField(editable=False)
    revoked = models.DateTimeField(null=True, editable=False)
    accepted = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted=None, revoked=None),
                name="invited_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    def renew(self, inviter: Any) -> str:
        """Give it a token, and time; the row is not saved yet. The one before stops working."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.inviter, self.token_sha256, self.sent = inviter, _hash(token), now()
        self.expires = self.sent + LIFETIME
        return token

    def send_anew(self, inviter: Any) -> str | None:
        """Another token and another week; None if it was accepted or withdrawn meanwhile."""
        token = self.renew(inviter)
        fresh: dict[str, str | datetime | Any] = {
            name: getattr(self, name) for name in ("inviter", "token_sha256", "sent", "expires")
        }
        rows = Invitation.objects.pending().filter(pk=self.pk)
        return token if rows.update(**fresh) else None

    def revoke(self) -> bool:
        """Whether it was good until now."""
        return bool(Invitation.objects.pending().filter(pk=self.pk).update(revoked=now()))

    def take(self, user: Any) -> bool:
        """Use it up; False if somebody was first, or it is good no longer: also where another
        letter, perhaps with another role, has been sent since this row was read."""
        rows = Invitation.objects.open().filter(pk=self.pk, token_sha256=self.token_sha256)
        return bool(rows.update(accepted=now(), accepted_by=user))

    @property
    def is_open(self) -> bool:
        return self.accepted is None and self.revoked is None and not self.is_over

    @property
    def is_over(self) -> bool:
        return self.expires <= now()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
