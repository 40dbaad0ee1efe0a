"""Extra units, which don't run out at midnight: what was bought, given or refunded."""

from django.db import models, transaction
from django.db.models import F

from billing.models.ledger import LedgerEntry
from billing.units import Units, UnitsField, exactly


class ExtraUnits(models.Model):
    """Of an account. Each of the two verbs counts once for each reference, however often and from
    however many places it is called: a unique line of the ledger decides."""

    # May be below nothing: somebody whose payment was returned had used them up. The next ones
    # that they get make up for it first, so that no order of paying and returning gives units.
    extra = UnitsField(
        default=0, editable=False, help_text="Extra units that are left; they don't run out."
    )

    class Meta:
        abstract = True

    def grant(self, units: Units, *, reason: str, reference: str) -> bool:
        """Give so many extra units. False if this was done for the reference before."""
        return self._post(LedgerEntry.Kind.GRANT, units, reason, reference)

    def take_back(self, units: Units, *, reason: str, reference: str) -> bool:
        """Take so many extra units away again, of those to come if need be. False if this was done
        for the reference before."""
        return self._post(LedgerEntry.Kind.TAKE_BACK, units, reason, reference)

    def return_extra(self, units: Units) -> None:
        """These were taken for a hold, whose ledger line says that they come back."""
        self._add(units)

    @transaction.atomic
    def _post(self, kind: LedgerEntry.Kind, units: Units, reason: str, reference: str) -> bool:
        if units <= 0 or not reference:
            raise ValueError("Extra units are some, and for something that they are known by.")
        _, is_first = LedgerEntry.objects.get_or_create(
            account_id=self.pk,
            kind=kind,
            reference=reference,
            defaults={"units": units, "reason": reason[:100]},
        )
        if is_first:
            self._add(units if kind == LedgerEntry.Kind.GRANT else -units)
        return is_first

    def _add(self, units: Units) -> None:
        extra = F("extra") + exactly(units)
        type(self)._default_manager.filter(pk=self.pk).update(extra=extra)  # noqa: SLF001
