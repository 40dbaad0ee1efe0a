"""The only place where a comment is written, changed, taken back and resolved, by every door."""

from datetime import timedelta
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pixazo.errors import UserError
from pixazo.rationing import takes_place
from workspaces.comments import kinds, telling
from workspaces.comments.mentions import people_named
from workspaces.models import Membership
from workspaces.models.comment import LONGEST, Comment

MOST = 500  # about one thing
A_MINUTE, A_DAY = 10, 500  # of a person

C = TypeVar("C", bound=Comment)


class NotYours(UserError):
    code = "not_yours"
    status = 403


class TooManyComments(UserError):
    code = "too_many"
    status = 409


class TooFast(UserError):
    code = "rate_limited"
    status = 429


class Gone(UserError):
    code = "not_found"
    status = 404


@transaction.atomic
def write(row: C, membership: Membership, text: str, reply_to: C | None = None) -> C:
    """`row` is not saved yet and says what it is about. A reply to a reply stands below the
    first of its thread, and opens it again where it was resolved."""
    if not membership.may_comment():
        raise NotYours(_("You may look at this workspace, but not comment in it."))
    row.author, row.workspace = membership.user, membership.workspace
    row.text = plain(text)
    _hold_back(row)
    if reply_to:
        row.parent = _locked(type(row), reply_to)
        if row.parent.resolved:
            _settle(row.parent, None, None)
    row.save(force_insert=True)
    mentioned = people_named(row.text, row.workspace)
    row.mentioned.set(mentioned)
    telling.tell(row, mentioned)
    row.announce()
    return row


@transaction.atomic
def edit(row: Comment, membership: Membership, text: str) -> None:
    """Whoever is named in it now and was not before, is told; about as often as one may write."""
    if not row.may_edit(membership):
        raise NotYours(_("Somebody else wrote this. Only they may change it."))
    text = plain(text)
    if text == row.text:
        return
    if not takes_place(f"comment-changed:{membership.user_id}", A_MINUTE, 60):
        raise _changed_too_fast()
    rows = type(row).objects.filter(pk=row.pk, emptied=None, text=row.text)
    if not rows.update(text=text, edited=now()):
        raise Gone(_("This comment was changed or taken back meanwhile. Look at it again."))
    row.text = text
    known = {each.pk for each in row.mentioned.all()}
    mentioned = people_named(text, row.workspace)
    row.mentioned.set(mentioned)
    telling.tell_again(row, mentioned, [each for each in mentioned if each.pk not in known])
    row.announce()


def remove(row: Comment, membership: Membership) -> None:
    if not row.may_remove(membership):
        raise NotYours(
            _("Somebody else wrote this. Only they or the workspace's owner may delete it.")
        )
    take_back(row)


@transaction.atomic
def take_back(row: Comment) -> None:
    """It goes; of what has been answered only its words do."""
    kind: Any = type(row)
    # Whoever answers at this moment waits, or was first.
    list(kind.objects.select_for_update().filter(pk=row.parent_id or row.pk))
    if kind.objects.filter(parent=row.pk).exists():
        emptied = {"text": "", "author": None, "emptied": now()}
        kind.objects.filter(pk=row.pk).update(**emptied)
        row.mentioned.clear()
        telling.forget([row.pk])
    else:
        kind.objects.filter(pk=row.pk).delete()
        alone = kind.objects.filter(pk=row.parent_id, emptied__isnull=False, replies=None)
        kind.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).delete()
    row.announce()


@transaction.atomic
def resolve(row: Comment, membership: Membership, *, resolved: bool) -> None:
    """Resolve a thread, or open it again. Nothing happens where somebody was first."""
    if row.parent_id:
        raise UserError(_("A thread is resolved, not one reply in it."), code="invalid")
    if not row.may_resolve(membership):
        raise NotYours(_("Who may only look here resolves what they have begun themselves."))
    _settle(row, now() if resolved else None, membership.user if resolved else None)


def plain(text: str) -> str:
    """As it is kept; raises `UserError` for nothing, and for too much."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    sentence = ""
    if not text:
        sentence = _("Write something first.")
    elif len(text) > LONGEST:
        sentence = _("A comment may have %(most)s characters, this one has %(count)s.")
        sentence %= {"most": LONGEST, "count": len(text)}
    if sentence:
        raise UserError(sentence, code="invalid", fields={"text": [sentence]})
    return text


def _settle(row: Comment, moment: Any, by: Any) -> None:
    rows = type(row).objects.filter(pk=row.pk, resolved__isnull=moment is not None)
    if rows.update(resolved=moment, resolved_by=by):
        row.resolved, row.resolved_by = moment, by
        row.announce()


def _locked(kind: Any, row: Comment) -> Any:
    """The first of its thread, which nobody deletes until this one is there."""
    head = kind.objects.select_for_update().filter(pk=row.parent_id or row.pk).first()
    if head is None:
        raise Gone(_("What you reply to was deleted meanwhile."))
    return head


def _hold_back(row: Comment) -> None:
    """One at a time for each person: who writes twice at once is counted twice, whatever about."""
    author: Any = row.author
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk=author.pk))
    kind: Any = type(row)
    moment = now()
    for seconds, most in ((60, A_MINUTE), (24 * 3600, A_DAY)):
        since = moment - timedelta(seconds=seconds)
        mine = {"author": author, "created__gt": since}
        if sum(each.objects.filter(**mine).count() for each in kinds.every()) >= most:
            raise _too_fast(most, seconds)
    if kind.objects.filter(**row.about).count() >= MOST:
        raise TooManyComments(_("There are %(most)s comments here: no more fit.") % {"most": MOST})


def _too_fast(most: int, seconds: int) -> TooFast:
    if seconds > 60:
        sentence = ngettext(
            "You have written %(most)s comment today. Go on tomorrow.",
            "You have written %(most)s comments today. Go on tomorrow.",
            most,
        )
    else:
        sentence = ngettext(
            "You have written %(most)s comment within a minute. Wait a little.",
            "You have written %(most)s comments within a minute. Wait a little.",
            most,
        )
    return TooFast(sentence % {"most": most}, retry_after=min(seconds, 3600))


def _changed_too_fast() -> TooFast:
    sentence = ngettext(
        "You have changed %(most)s comment within a minute. Wait a little.",
        "You have changed %(most)s comments within a minute. Wait a little.",
        A_MINUTE,
    )
    return TooFast(sentence % {"most": A_MINUTE}, retry_after=60)
