"""What staff did with a person's data: written once, shown to the person, changed by nobody."""

from datetime import timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from pixazo.models import TimeOrdered
from pixazo.texts.kept import shown

ONE_LOOK = timedelta(hours=1)  # in which a page that is opened again is no further look


class StaffActQuerySet(models.QuerySet["StaffAct"]):
    def note(
        self, actor: Any, person: Any, what: str, *, reason: str = "", about: str = ""
    ) -> "StaffAct | None":
        """`what` is English (`pixazo.texts.kept` shows it in the reader's language). None where it
        is nobody else's data."""
        if actor.pk == person.pk:
            return None
        return StaffAct.objects.create(
            actor=actor, person=person, what=what[:300], reason=reason[:1000], about=about[:200]
        )

    def note_look(self, actor: Any, person: Any, what: str, *, about: str) -> None:
        """The same page opened again within the hour is the same look."""
        looks = self.filter(actor=actor, person=person, what=what, about=about[:200])
        if not looks.filter(created__gt=now() - ONE_LOOK).exists():
            self.note(actor, person, what, about=about)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("What staff did stays as it was written.")

    def delete(self) -> NoReturn:
        raise TypeError("What staff did stays as it was written.")


class StaffAct(TimeOrdered):
    """Goes only together with the person."""

    # Who did it is for whoever runs the site; the person reads that it was staff.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="staff_acts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_acts_on"
    )
    what = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000, blank=True)
    about = models.CharField(max_length=200, blank=True, help_text="Such as: job and its id.")

    objects = StaffActQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "act of staff"
        verbose_name_plural = "acts of staff"
        indexes = (models.Index(fields=["person", "-id"], name="staff_act_on"),)

    def __str__(self) -> str:
        return f"{self.what} ({self.created:%Y-%m-%d %H:%M})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What staff did stays as it was written.")
        super().save(*args, **kwargs)

    @property
    def said(self) -> str:
        """In the reader's language."""
        return shown(self.what)
