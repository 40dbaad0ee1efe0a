"""The one table of what each role may do in a workspace; everything else asks it."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    OWNER = "owner", gettext_lazy("Owner")
    EDITOR = "editor", gettext_lazy("Editor")
    VIEWER = "viewer", gettext_lazy("Viewer")


class Action(StrEnum):
    LOOK = "look"
    COMMENT = "comment"
    MAKE = "make"
    CHANGE_OWN = "change_own"
    CHANGE_ALL = "change_all"
    MANAGE = "manage"
    LEAVE = "leave"


MAY: Mapping[Action, frozenset[Role]] = {
    Action.LOOK: frozenset({Role.OWNER, Role.EDITOR, Role.VIEWER}),
    # Whoever is shown pictures is asked what they think of them.
    Action.COMMENT: frozenset({Role.OWNER, Role.EDITOR, Role.VIEWER}),
    Action.MAKE: frozenset({Role.OWNER, Role.EDITOR}),
    Action.CHANGE_OWN: frozenset({Role.OWNER, Role.EDITOR}),
    Action.CHANGE_ALL: frozenset({Role.OWNER}),
    Action.MANAGE: frozenset({Role.OWNER}),
    # A workspace is never without an owner: they hand it over first.
    Action.LEAVE: frozenset({Role.EDITOR, Role.VIEWER}),
}
# As people read it.
WORDS: Mapping[Action, str | Promise] = {
    Action.LOOK: gettext_lazy("See and download pictures, prompts, topics and experiments"),
    Action.COMMENT: gettext_lazy("Comment on pictures, requests and chats"),
    Action.MAKE: gettext_lazy(
        "Make pictures, topics and experiments, rate and tag, keep prompts, styles, themes and"
        " lists for everybody here"
    ),
    Action.CHANGE_OWN: gettext_lazy("Change, share and delete what they made themselves"),
    Action.CHANGE_ALL: gettext_lazy("Change, share and delete what others made"),
    Action.MANAGE: gettext_lazy(
        "Invite people, change what they may do, rename or delete the workspace"
    ),
    Action.LEAVE: gettext_lazy("Leave the workspace"),
}
# What somebody may be invited as, or made by the owner at a press.
GIVEN = (Role.EDITOR, Role.VIEWER)


def may(role: str, action: Action) -> bool:
    return role in MAY[action]


def who_may(action: Action) -> list[Role]:
    """In the table's order, the mightiest first."""
    return [role for role in Role if role in MAY[action]]
