"""Writes down what matters for the security of accounts (S95): a line each, without a secret.

Keys, plans and deletions write theirs where they happen; this hears of the rest.
"""

from typing import Any

from allauth.account.signals import (
    email_changed,
    password_changed,
    password_reset,
    password_set,
    user_signed_up,
)
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import DataExport, StaffAct
from pixazo.logs.audit import note
from pixazo.watching.counters import note_sign_in


@receiver(user_logged_in)
def _in(user: Any, **kwargs: Any) -> None:
    note("login.done", who=user.pk)
    note_sign_in("done")


@receiver(user_logged_out)
def _out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        note("logout", who=user.pk)


@receiver(user_login_failed)
def _failed(**kwargs: Any) -> None:
    """By which name is not said: people type their password into the wrong field."""
    note("login.failed")
    note_sign_in("failed")


@receiver(user_signed_up)
def _new(user: Any, **kwargs: Any) -> None:
    note("account.made", who=user.pk)


@receiver([password_changed, password_set, password_reset])
def _password(user: Any, **kwargs: Any) -> None:
    note("password.changed", who=user.pk)


@receiver(email_changed)
def _email(user: Any, **kwargs: Any) -> None:
    note("email.changed", who=user.pk)


@receiver([authenticator_added, authenticator_reset])
def _factor(user: Any, authenticator: Any, **kwargs: Any) -> None:
    note("factor.set", who=user.pk, kind=authenticator.type)


@receiver(authenticator_removed)
def _no_factor(user: Any, authenticator: Any, **kwargs: Any) -> None:
    note("factor.removed", who=user.pk, kind=authenticator.type)


@receiver(post_save, sender=StaffAct)
def _staff(instance: StaffAct, created: bool, **kwargs: Any) -> None:
    if created:
        note(
            "staff.acted",
            who=instance.actor_id,
            person=instance.person_id,
            act=instance.what,
            about=instance.about,
        )


@receiver(post_save, sender=DataExport)
def _export(instance: DataExport, created: bool, **kwargs: Any) -> None:
    if created:
        note("data.exported", who=instance.user_id)
