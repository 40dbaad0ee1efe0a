"""The only place where a row is made again what it was: as a new version; nothing is lost."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from pixazo.api import refusal
from pixazo.errors import UserError
from workspaces.history.kinds import NOT_TOLD, Kind
from workspaces.history.reading import may_change
from workspaces.library import list_fields
from workspaces.models import Membership, SavedPrompt, Style, Theme, Topic, WordList, Workspace
from workspaces.models.history import note


class NotYours(UserError):
    code = "not_yours"
    status = 403


class Changed(UserError):
    code = "changed"
    status = 409


@transaction.atomic
def restore(membership: Membership, kind: Kind, pk: int, over: int | None = None) -> Any:
    """The row, which says again what it said then. `over`: the latest version that the person saw.

    Raises `NotYours`, `Changed` where somebody was first, what the row's own rules say, and
    `Http404` for what is not, or no longer, in the membership's workspace.
    """
    version: Any = get_object_or_404(kind.versions(membership.workspace), pk=pk)
    place = {kind.place: membership.workspace_id}
    row: Any = get_object_or_404(
        kind.model.objects.select_for_update().filter(**place), pk=version.id
    )
    if not may_change(membership, kind, row):
        raise NotYours(_("Somebody else made this. Only they or the owner may change it."))
    newest = kind.model.history.filter(id=row.pk).order_by("-history_id").first()
    if over is not None and newest.pk != over:
        raise Changed(_("This was changed meanwhile. Look at it again before you restore it."))
    note(row, by_itself=True)  # whatever it is now can be had back, too
    if getattr(version, "deleted", None) or (isinstance(row, Topic) and row.deleted):
        raise UserError(_("It is in the trash. Take it out of there first."), code="in_trash")
    if getattr(row, "deleted", None):
        row.restore()
        row.deleted = None
    for field in version.tracked_fields:
        if field.attname not in NOT_TOLD:
            setattr(row, field.attname, getattr(version, field.attname))
    _leave_out_what_is_gone(row)
    try:
        _save(row, membership.user)
    except ValidationError as error:
        raise refusal(error) from None
    return row


def _leave_out_what_is_gone(row: Any) -> None:
    """A theme or a style that was deleted for good, or belongs to another workspace now."""
    for name, model in (("theme", Theme), ("style", Style)):
        chosen = getattr(row, f"{name}_id", None)
        if not chosen:
            continue
        place = row if isinstance(row, Workspace) else row.workspace
        known: Any = model.objects
        if not known.usable_or_trashed_in(place, row.owner).filter(pk=chosen).exists():
            setattr(row, f"{name}_id", None)


def _save(row: Any, user: Any) -> None:
    match row:
        case Workspace():
            row.rename(row.name, row.description)
            row.save(update_fields=["theme"])
        case Topic():
            row.change(name=row.name)
        case WordList():
            row.check_alone()
            list_fields.check(row, user)
            row.write_over(None)
        case SavedPrompt():
            row.clean()
            row.write_over(None)
        case _:
            row.write_over(None)
