"""What goes with a person: an invitation is nothing but their address."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from workspaces.models import Invitation


@receiver(pre_delete, sender=get_user_model())
def forget_their_invitations(instance: Any, **kwargs: Any) -> None:
    Invitation.objects.of_person(instance).delete()
