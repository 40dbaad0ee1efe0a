"""Who hears of a comment: whoever is named in it, whoever it answers, whoever made what it is
about.

Each once, nobody of what they wrote themselves, and only who is a member.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Notice
from accounts.models.notice import LONGEST
from pixazo.rationing import takes_place
from workspaces.models import Membership
from workspaces.models.comment import Comment

WORDS = 120  # characters of it in a notice
DAY = 24 * 3600
NAMED = gettext_noop("%(who)s mentioned you: “%(words)s”")
ANSWERED = gettext_noop("%(who)s replied to you: “%(words)s”")


def tell(row: Comment, mentioned: Sequence[Any]) -> None:
    _send(row, _sentences(row, mentioned))


def tell_again(row: Comment, mentioned: Sequence[Any], new: Sequence[Any]) -> None:
    """Of a changed one: what was told of it says what it says now, or goes where it is no longer
    meant for that person. `new`: who was not named in it before; they are told, but not over and
    over where their names come and go."""
    sentences = _sentences(row, mentioned)
    told = list(Notice.objects.filter(subject=row.pk))
    Notice.objects.filter(subject=row.pk).exclude(
        user__in=[pk for pk in sentences if pk]
    ).take_back()
    still = [notice for notice in told if notice.user_id in sentences]
    for notice in still:
        notice.text = _worded(row, sentences[notice.user_id])[:LONGEST]
    Notice.objects.bulk_update(still, ["text"])
    known = {notice.user_id for notice in told}
    names = [each.pk for each in new if each.pk not in known and each.pk != row.author_id]
    _send(row, {pk: NAMED for pk in names if takes_place(f"named:{row.pk}:{pk}", 1, DAY)})


def forget(subjects: Iterable[UUID]) -> None:
    Notice.objects.forget(subjects)


def words(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(WORDS)


def _sentences(row: Comment, mentioned: Sequence[Any]) -> dict[UUID | None, str]:
    sentences: dict[UUID | None, str] = {row.maker_id: row.says_whose}
    if row.parent:
        sentences[row.parent.author_id] = ANSWERED
    return sentences | {each.pk: NAMED for each in mentioned}


def _worded(row: Comment, sentence: str) -> str:
    return sentence % {"who": row.who, "words": words(row.text)}


def _send(row: Comment, sentences: dict[UUID | None, str]) -> None:
    wanted = [pk for pk in sentences if pk and pk != row.author_id]
    members = Membership.objects.filter(workspace=row.workspace_id, user__in=wanted)
    for member in members.select_related("user").order_by("user_id") if wanted else ():
        sentence = _worded(row, sentences[member.user_id])
        kind = "mention" if sentences[member.user_id] == NAMED else "comment"
        known: dict[str, Any] = {"sender": row.author, "subject": row.pk, "kind": kind}
        Notice.objects.tell(member.user, sentence, row.link, **known)
