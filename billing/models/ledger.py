"""What happened to units: append-only, one line for each cause."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from billing.units import Units, UnitsField
from pixazo.texts.kept import shown

# Why units came back, as holds are told it: with these words a translator meets them.
REASONS = (
    gettext_noop("Bad answer"),
    gettext_noop("Blocked"),
    gettext_noop("Calls spent"),
    gettext_noop("Cancelled"),
    gettext_noop("Crashed"),
    gettext_noop("Deleted"),
    gettext_noop("Device lost"),
    gettext_noop("Disk full"),
    gettext_noop("Expired"),
    gettext_noop("Failed"),
    gettext_noop("Input gone"),
    gettext_noop("Lora gone"),
    gettext_noop("Model trouble"),
    gettext_noop("No key"),
    gettext_noop("No money"),
    gettext_noop("Out of memory"),
    gettext_noop("Provider error"),
    gettext_noop("Refused by model"),
    gettext_noop("Safety unavailable"),
    gettext_noop("Service busy"),
    gettext_noop("Service down"),
    gettext_noop("Service failed"),
    gettext_noop("Service key"),
    gettext_noop("Service refused"),
    gettext_noop("Storage"),
    gettext_noop("Too slow"),
    gettext_noop("Worker lost"),
    gettext_noop("Wrong count"),
)


# Of units that an order gave: what their reference begins with, and what their line says.
ORDER = "order:"
BOUGHT = gettext_noop("Bought: %(name)s")


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The ledger is append-only.")

    def settling(self) -> "LedgerQuerySet":
        """The lines that end a hold."""
        return self.filter(kind__in=(LedgerEntry.Kind.CAPTURE, LedgerEntry.Kind.RELEASE))


class LedgerEntry(models.Model):
    """Goes only together with its account, when a person is deleted."""

    class Kind(models.TextChoices):
        HOLD = "hold", gettext_lazy("Set aside")
        CAPTURE = "capture", gettext_lazy("Used")
        RELEASE = "release", gettext_lazy("Returned")
        REFUND = "refund", gettext_lazy("Refunded")
        GRANT = "grant", gettext_lazy("Given")
        TAKE_BACK = "take_back", gettext_lazy("Taken back")
        PLAN = "plan", gettext_lazy("Plan changed")

    account = models.ForeignKey("billing.Account", models.CASCADE, related_name="entries")
    hold = models.ForeignKey("billing.Hold", models.CASCADE, null=True, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    units = UnitsField()
    reason = models.CharField(max_length=100, blank=True)
    reference = models.CharField(
        max_length=100,
        blank=True,
        help_text="What extra units were given or taken back for; of a new plan, its name.",
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "ledger entries"
        constraints = (
            # A second charge is impossible, not unlikely: a hold has one line of each kind,
            # and of capture and release only one.
            models.UniqueConstraint(fields=["hold", "kind"], name="ledger_once_per_kind"),
            models.UniqueConstraint(
                fields=["hold"],
                condition=models.Q(kind__in=("capture", "release")),
                name="ledger_settled_once",
            ),
            # A payment that is told twice gives its units once.
            models.UniqueConstraint(
                fields=["account", "kind", "reference"],
                condition=models.Q(kind__in=("grant", "take_back")),
                name="ledger_given_once",
            ),
            models.CheckConstraint(
                name="ledger_line_is_never_nothing",
                condition=models.Q(units__gt=0) | models.Q(kind="plan", units=0),
            ),
            models.CheckConstraint(
                name="ledger_line_is_of_a_hold",
                condition=models.Q(kind__in=("grant", "take_back", "plan"), hold=None)
                | (
                    models.Q(kind__in=("hold", "capture", "release", "refund"))
                    & models.Q(hold__isnull=False)
                ),
            ),
        )
        indexes = (models.Index(fields=["account", "-id"]),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.units}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The ledger is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only.")

    @property
    def change(self) -> Units:
        """What it did to the units that are left."""
        if self.kind in (self.Kind.HOLD, self.Kind.TAKE_BACK):
            return -self.units
        return self.units if self.kind not in (self.Kind.CAPTURE, self.Kind.PLAN) else 0

    @property
    def label(self) -> str:
        """What happened, in a word: what somebody bought was given, but is not a present."""
        return _("Bought") if self.is_bought else str(self.get_kind_display())

    @property
    def is_bought(self) -> bool:
        return self.kind == self.Kind.GRANT and self.reference.startswith(ORDER)

    @property
    def said(self) -> str:
        """The cause beside the label, which says already that it was bought."""
        if self.is_bought:
            return shown(self.reason.removeprefix(BOUGHT.partition("%")[0]))
        return self.why

    @property
    def why(self) -> str:
        """The cause in words, for the person whose units they are."""
        if self.kind == self.Kind.HOLD:
            return _("A picture was asked for")
        if self.kind == self.Kind.CAPTURE:
            return _("The picture is there")
        reason = self.reason.replace("_", " ")
        said = shown(reason[:1].upper() + reason[1:])
        if self.kind == self.Kind.PLAN:
            return f"{self.reference}: {said}" if said else self.reference
        return said or (_("The picture was not made") if self.hold_id else "")
