"""A code that lets somebody sign up while the site is closed to strangers (S129)."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.models import TimeOrdered

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
GROUPS, GROUP = 3, 4  # 59 bits


class CodeUsedUp(UserError):
    code = "invite_used_up"
    status = 409


def new_code() -> str:
    groups = ("".join(secrets.choice(SIGNS) for _sign in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def as_written(typed: str) -> str:
    """In capitals and groups, however it was typed."""
    signs = "".join(each for each in typed.upper() if each.isalnum())
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


class InviteCodeQuerySet(models.QuerySet["InviteCode"]):
    def usable(self) -> "InviteCodeQuerySet":
        living = Q(expires=None) | Q(expires__gt=now())
        return self.filter(living, revoked=None, used__lt=F("uses"))

    def is_usable(self, typed: str) -> bool:
        return self.usable().filter(code=as_written(typed)).exists()

    def use(self, typed: str) -> None:
        """In the transaction that makes the account. Raises `CodeUsedUp`: of two who come at once
        with its last use, one is first."""
        if not self.usable().filter(code=as_written(typed)).update(used=F("used") + 1):
            raise CodeUsedUp(_("Somebody has just used this code up. Ask for another one."))


class InviteCode(TimeOrdered):
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    note = models.CharField(max_length=100, blank=True, help_text="Whom it is for.")
    uses = models.PositiveIntegerField(default=1, help_text="How many may sign up with it.")
    used = models.PositiveIntegerField(default=0, editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, editable=False)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = InviteCodeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="invite_code_not_overused", condition=Q(used__lte=F("uses"))
            ),
        )

    def __str__(self) -> str:
        return self.code

    def revoke(self) -> bool:
        rows: Any = type(self).objects.filter(pk=self.pk, revoked=None)
        return bool(rows.update(revoked=now()))
