"""What a list of all that a person may choose hears: changes in the workspaces they used last."""

from typing import Any

from pixazo.events import stream_token
from workspaces.models import Workspace

MOST = 30  # workspaces: the permission is part of an address


def token_of(user: Any) -> str:
    rows = Workspace.objects.visible_to(user).order_by("-last_used")[:MOST]
    return stream_token(*(each.channel for each in rows), user.channel)
