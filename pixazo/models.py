"""What every room stands on: ids that sort by time, and the table of events."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from pixazo.encrypted import EncryptedTextField
from pixazo.ids import uuid7


class MadeAt(models.DateTimeField):
    """The moment of the insert; or another one, of a row that was made elsewhere and comes here
    with many others: `tell` it before, and it needs no update after."""

    def pre_save(self, row: models.Model, add: bool) -> Any:
        told = row.__dict__.get("_made_at") if add else None
        if told is None:
            return super().pre_save(row, add)
        setattr(row, self.attname, told)
        return told

    @staticmethod
    def tell(row: models.Model, moment: datetime) -> None:
        row.__dict__["_made_at"] = moment

    def deconstruct(self) -> Any:
        """To migrations it is what it is to the database."""
        name, _path, words, more = super().deconstruct()
        return name, "django.db.models.DateTimeField", words, more


class TimeOrdered(models.Model):
    """A row whose id sorts by creation and may appear in URLs, the API and file names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created = MadeAt(auto_now_add=True, editable=False)

    class Meta:
        abstract = True


class Event(models.Model):
    """*What* changed, for open pages; they re-fetch the fragment. Kept for an hour."""

    channel = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=100, help_text="A job is `batch id/job id`.")
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = (models.Index(fields=["channel", "id"]),)

    def __str__(self) -> str:
        return f"{self.channel}: {self.kind} {self.subject}"


class Answered(models.Model):
    """What a request with an idempotency key was answered (pixazo/repeated.py). Of its own, and not
    among what may be pushed out: it is kept until its time is over."""

    name = models.CharField(max_length=64, primary_key=True, help_text="Person, address and key.")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", editable=False
    )
    turn = models.CharField(max_length=32, help_text="Of the request that is or was at it.")
    digest = models.CharField(max_length=64, help_text="Of what was asked.")
    status = models.PositiveSmallIntegerField(null=True, help_text="None: it is being answered.")
    # It may hold what is encrypted elsewhere, such as the address of a share link.
    body = EncryptedTextField(null=True, help_text="JSON, as it was sent.")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Landmark(models.Model):
    """What happens seldom: how often, and when the last time (pixazo/landmarks.py)."""

    name = models.CharField(max_length=40, unique=True)
    count = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


class Backup(models.Model):
    """One that is being made (pixazo/backup/underway.py): there is a place for one."""

    place = models.PositiveSmallIntegerField(unique=True)
    until = models.DateTimeField(help_text="Unless whoever makes it says otherwise before.")

    def __str__(self) -> str:
        return f"Backup until {self.until:%H:%M}"
