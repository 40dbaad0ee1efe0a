"""What several people may change at once: nobody writes over what they have not seen."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy

from pixazo.errors import UserError

CHANGED = gettext_lazy("Somebody has changed this since you opened it.")


class ChangedMeanwhile(UserError):
    code = "changed"
    status = 409

    def __init__(self) -> None:
        super().__init__(str(CHANGED))


class Versioned(models.Model):
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def write_over(self, version: int | None) -> None:
        """Save the row, which is filled in already, over the version that it was made of; None:
        over whatever is there. Raises `ChangedMeanwhile`."""
        with transaction.atomic():
            self.next_version(version)
            self.save()

    def next_version(self, version: int | None) -> None:
        """Within a transaction: count one on, and keep others out until it ends."""
        row = type(self)._default_manager.filter(pk=self.pk)  # noqa: SLF001  Django's own name
        rows = row.filter(**self.stays())
        if version is not None:
            rows = rows.filter(version=version)
        if not rows.update(version=models.F("version") + 1):
            raise ChangedMeanwhile
        self.version = row.values_list("version", flat=True).get()

    def stays(self) -> dict[str, object]:
        """What else of the row must be as it was read."""
        return {}
