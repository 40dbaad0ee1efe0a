"""What follows when a comment's row goes, or a person does: nothing stays that names them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from accounts.models import Notice
from workspaces.comments import kinds, telling
from workspaces.comments.mentions import without
from workspaces.comments.saying import take_back
from workspaces.models import Workspace
from workspaces.models.comment import Comment
from workspaces.signals import member_gone


def watch(kind: type[Comment]) -> None:
    """Each room does so with its own, when it is ready."""
    kinds.register(kind)
    post_delete.connect(_forget_notices, sender=kind)


def _forget_notices(instance: Comment, **kwargs: Any) -> None:
    """Also of those that go with their picture."""
    telling.forget([instance.pk])


@receiver(member_gone)
def keep_notices_from(workspace: Workspace, user: Any, **kwargs: Any) -> None:
    """What was said there is no longer theirs to read."""
    for kind in kinds.every():
        subjects: Any = kind.objects.filter(workspace=workspace).values("pk")
        Notice.objects.filter(user=user, subject__in=subjects).take_back()


@receiver(pre_delete, sender=get_user_model())
@transaction.atomic
def take_back_theirs(instance: Any, **kwargs: Any) -> None:
    """A thread that others have answered goes on without their words and their name."""
    for kind in kinds.every():
        rows: Any = kind.objects.filter(author=instance)
        # Answers first: a thread of their own alone then goes whole.
        for row in [*rows.exclude(parent=None), *rows.filter(parent=None)]:
            take_back(row)
        for row in kind.objects.filter(mentioned=instance):
            text = without(row.text, instance.username)
            kind.objects.filter(pk=row.pk).update(text=text)
