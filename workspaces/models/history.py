"""Keeps what a row said before each change, and who made it: `history = History()` in a model.

django-simple-history does the keeping, by a table beside the row's own: `save()` writes a version.
What is changed by `update()` says so (`note`).
"""

from typing import Any

from django.db import models
from django.db.models.functions import Length
from simple_history.models import HistoricalRecords

MOST = 50  # of a row
LARGEST = 1_000_000  # characters of text in them, but for the latest two: no way back is no history
NOT_KEPT = (
    # What is no person's doing, or would keep whose a row was after they have left.
    *("owner", "author", "created", "changed", "slug", "last_used", "cover", "position", "version"),
    # Read by nobody as part of the workspace.
    "chat_model",
    # Made of the others, or the site's own.
    *("words", "tag_words", "count", "sample"),
)
ITSELF = "itself"  # why: nobody's doing

_of: dict[type[models.Model], "History"] = {}


class History(HistoricalRecords):
    def __init__(self, place: str = "workspace") -> None:
        """`place`: the column that says in which workspace it happened."""
        self.place = place
        super().__init__(
            inherit=True,
            excluded_fields=list(NOT_KEPT),
            cascade_delete_history=True,
            history_id_field=models.BigAutoField(),
        )

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if "history" in vars(sender):
            _of.setdefault(sender, self)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        # As a page lists them.
        return options | {"indexes": (models.Index(fields=[self.place, "-history_date"]),)}

    def get_history_user(self, instance: Any) -> Any:
        """Who is signed in; of what a sign-up or a command makes, whose it is."""
        user = super().get_history_user(instance)
        if user is None and not instance.history.exists():
            user = getattr(instance, "owner", None) or getattr(instance, "author", None)
        return user

    def create_historical_record(
        self, instance: Any, history_type: str, using: str | None = None
    ) -> None:
        """Nothing where nothing has changed; the oldest beyond so many go."""
        rows = instance.history.order_by("-history_id")
        if history_type != "+" and (newest := rows.first()) and is_like(newest, instance):
            return
        super().create_historical_record(instance, history_type, using)
        if old := _beyond(rows):
            rows.filter(pk__in=old).delete()


def _beyond(rows: models.QuerySet[Any]) -> list[int]:
    """Of a row's versions, newest first: those that there are too many of, or no more room for."""
    texts = [each.name for each in rows.model.tracked_fields if type(each) is models.TextField]
    sizes = sum((Length(name) for name in texts), start=models.Value(0))
    size, old = 0, []
    known = rows.annotate(size=sizes).values_list("pk", "size")[: MOST + 10]
    for place, (pk, characters) in enumerate(known):
        size += characters
        if place >= MOST or (place >= 2 and size > LARGEST):
            old.append(pk)
    return old


def is_like(version: Any, row: Any) -> bool:
    """Whether the row says what that version did; `row` may be a version, too."""
    names = [field.attname for field in version.tracked_fields]
    return all(getattr(version, name) == getattr(row, name) for name in names)


def note(row: Any, *, by_itself: bool = False) -> None:
    """Keep the row as it is in the database; `by_itself`: nobody has just made it so."""
    fresh: Any = type(row).objects.filter(pk=row.pk).first()
    if fresh is None:
        return
    if by_itself:
        vars(fresh).update(_history_user=None, _change_reason=ITSELF)
    _of[type(row)].create_historical_record(fresh, "~")


def kinds() -> list[type[models.Model]]:
    """The models whose rows are kept so."""
    return list(_of)
