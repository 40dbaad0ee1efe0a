"""How many workspaces a person may own, by their plan."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from billing.models import Account


def has_room(owner: Any) -> bool:
    """To be asked where nobody else gives them one (`lock_people`)."""
    most = Account.objects.of(get_user_model()(pk=owner)).workspaces
    return most is None or owned_by(owner) < most


def owned_by(owner: Any) -> int:
    from workspaces.models import Workspace  # which asks this file

    return Workspace.objects.living().filter(owner=owner).count()


def no_room_for_me() -> str:
    return _(
        "Your plan doesn't let you own more workspaces. Delete one, hand one over, or choose a plan"
        " that lets you."
    )
