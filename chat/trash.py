"""Chats in the trash: listed with what else was thrown away, and forgotten after the same time."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from billing.day import today
from chat.models import ChatDay, Conversation
from generation.gallery.rooms import Rooms
from generation.trash import Kind
from workspaces.roles import Action

AT_ONCE = 100


def thrown(rooms: Rooms) -> QuerySet[Any]:
    """The owner of a workspace changes everything in it, an editor what is theirs."""
    made = {"workspace__in": rooms.where(Action.CHANGE_OWN)}
    owned = Q(workspace__in=rooms.where(Action.CHANGE_ALL))
    return Conversation.objects.filter(owned | Q(author=rooms.user, **made))


def forget(before: datetime) -> int:
    """Delete those that went to the trash before then, with their messages; how many."""
    count = 0
    old = Conversation.objects.filter(deleted__lt=before).order_by("deleted")
    while found := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        _all, by_kind = Conversation.objects.filter(pk__in=found, deleted__lt=before).delete()
        count += by_kind.get("chat.Conversation", 0)
    ChatDay.objects.forget(today())
    return count


KIND = Kind("chats", gettext_lazy("Chat"), "chat-dots", thrown)
