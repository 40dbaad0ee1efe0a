"""Who hears of a comment: whoever is named in it, whoever it answers, whoever made what it is
about.

Each once, nobody of what they wrote themselves, and only who is a member.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Notice
from workspaces import tasks
from workspaces.comments import letters
from workspaces.models import Membership
from workspaces.models.comment import Comment

WORDS = 120  # characters of it in a notice
NAMED = gettext_noop("%(who)s mentioned you: “%(words)s”")
ANSWERED = gettext_noop("%(who)s replied to you: “%(words)s”")


def tell(row: Comment, mentioned: Sequence[Any]) -> None:
    sentences: dict[UUID | None, str] = {row.maker_id: row.says_whose}
    if row.parent:
        sentences[row.parent.author_id] = ANSWERED
    sentences |= {each.pk: NAMED for each in mentioned}
    _send(row, sentences)


def tell_named(row: Comment, mentioned: Sequence[Any]) -> None:
    _send(row, {each.pk: NAMED for each in mentioned})


def reword(row: Comment, text: str) -> None:
    """What was told of it says what it says now."""
    told = Notice.objects.filter(subject=row.pk)
    told.update(text=Replace(F("text"), Value(f"“{words(row.text)}”"), Value(f"“{words(text)}”")))


def forget(subjects: Iterable[UUID]) -> None:
    Notice.objects.forget(subjects)


def words(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(WORDS)


def _send(row: Comment, sentences: dict[UUID | None, str]) -> None:
    wanted = [pk for pk in sentences if pk and pk != row.author_id]
    members = Membership.objects.filter(workspace=row.workspace_id, user__in=wanted)
    for member in members.select_related("user").order_by("user_id") if wanted else ():
        sentence = sentences[member.user_id] % {"who": row.who, "words": words(row.text)}
        by, about = row.author, row.pk
        told = Notice.objects.tell(member.user, sentence, row.link, sender=by, subject=about)
        if sentences[member.user_id] == NAMED and letters.wants_letters(member.user_id):
            transaction.on_commit(partial(tasks.ring_for_letter, told.pk), robust=True)
