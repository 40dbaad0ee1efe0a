"""A new person finds a place to work in: the first screen after sign-up is the studio's."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver

from workspaces.models import Workspace


@receiver(user_signed_up, dispatch_uid="workspaces.welcome")
def make_the_first_workspace(user: Any, **kwargs: Any) -> None:
    Workspace.objects.home_of(user)
