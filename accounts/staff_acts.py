"""Writes down what staff do on their pages, for the person whose data it is.

Whatever a page of the admin logs about a row of somebody's is kept for them too: rooms say by
`whose` whose rows they are. A logged message of two lines is what was done, and why.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext_noop

from accounts.acted_on import Finder, called, written
from accounts.models import StaffAct

# Where the log has no words of its own.
DONE = {ADDITION: "Added.", CHANGE: "Saved.", DELETION: "Deleted."}
_whose: dict[type[models.Model], Callable[[Any], Any]] = {}

# As pages of the admin log them: with these words a translator meets them.
KNOWN = (
    gettext_noop("Cancelled."),
    gettext_noop("Queued again."),
    gettext_noop("Looked at the picture."),
    gettext_noop("The decision stands."),
    gettext_noop("Withdrew the decision."),
    gettext_noop("Put into the trash."),
    gettext_noop("Taken out of the trash."),
    gettext_noop("Revoked."),
    gettext_noop("Cancelled %(count)s of its pictures."),
    gettext_noop("Changed %(what)s."),
    gettext_noop("Saved."),
    gettext_noop("Added."),
    gettext_noop("Deleted."),
    gettext_noop("Read again at Stripe."),
    gettext_noop("Settled anew."),
    gettext_noop("Let in."),
    gettext_noop("Refused: %(reason)s."),
    gettext_noop("Returned the units: %(units)s."),
    gettext_noop("Looked at the page of your account."),
    gettext_noop("Looked at the words of your request."),
    gettext_noop("Looked at what is known of a picture."),
    gettext_noop("Looked at a case of yours."),
    gettext_noop("Answered your request."),
    gettext_noop("Wrote a note for staff to your request."),
    gettext_noop("Took on your request."),
    gettext_noop("Left your request to others."),
    gettext_noop("Sorted your request anew."),
    gettext_noop("Changed the state of your request."),
)


def whose(
    model: type[models.Model],
    person_of: Callable[[Any], Any],
    name: str,
    page: str = "",
    find: Finder | None = None,
) -> None:
    """Rows of this model are somebody's: None for those that are nobody's. The person reads of
    them under that name (`accounts.acted_on`), with the address's name of where they see them."""
    _whose[model] = person_of
    called(model, name, page, find)


def with_reason(what: str, reason: str) -> str:
    """A message to be logged, that says why as well."""
    return f"{what}\n{' '.join(reason.split())}".strip()


def look(actor: Any, row: models.Model, what: str) -> None:
    """Staff opened a page that shows what is somebody's own."""
    person = _person_of(row)
    if person is not None:
        StaffAct.objects.note_look(actor, person, what, about=written(row))


@receiver(models.signals.post_save, sender=LogEntry)
def _keep(sender: Any, instance: LogEntry, created: bool, **kwargs: Any) -> None:
    kind = instance.content_type
    model = kind.model_class() if isinstance(kind, ContentType) else None
    if not created or model not in _whose:
        return
    rows = model._base_manager  # noqa: SLF001  Django's public name for it
    row = rows.filter(pk=instance.object_id).first()
    person = _person_of(row) if row is not None else None
    if row is not None and person is not None:
        with translation.override("en"):
            what, _, reason = instance.get_change_message().partition("\n")
        StaffAct.objects.note(
            instance.user,
            person,
            what or DONE[instance.action_flag],
            reason=reason,
            about=written(row),
        )


def _person_of(row: models.Model) -> Any:
    find = _whose.get(type(row))
    return find(row) if find else None
