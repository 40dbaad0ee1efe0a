"""What others say of a picture in the public gallery: they like it, or something is wrong."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation.models.safety import Reason
from pixazo.errors import UserError
from pixazo.models import TimeOrdered

PUBLICATION = "generation.Publication"  # which counts them
DAY = timedelta(days=1)
MOST_COMPLAINTS = 20  # of a person's, in a day
WORDS = 1000  # of a complaint


class TooManyComplaints(UserError):
    code = "too_many"
    status = 429


class Like(TimeOrdered):
    publication = models.ForeignKey(PUBLICATION, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["publication", "user"], name="like_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.publication_id}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def make(self, publication: Any, user: Any, reason: str, text: str) -> bool:
        """Inside a transaction. Whether it is this person's first of that picture; raises
        `TooManyComplaints`."""
        # Whoever complains twice at once waits, and then counts the first.
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk))
        if self.filter(user=user, created__gt=now() - DAY).count() >= MOST_COMPLAINTS:
            sentence = _("You told us of %(most)s pictures today. Please go on tomorrow.")
            raise TooManyComplaints(sentence % {"most": MOST_COMPLAINTS})
        said = {"reason": reason, "text": text[:WORDS]}
        return self.get_or_create(publication=publication, user=user, defaults=said)[1]


class Complaint(TimeOrdered):
    publication = models.ForeignKey(PUBLICATION, models.CASCADE, related_name="complaints_made")
    # What was said stays for staff when the person goes.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="complaints"
    )
    reason = models.CharField(max_length=20, choices=Reason)
    text = models.TextField(max_length=WORDS, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["publication", "user"], name="complaint_once"),
        )

    def __str__(self) -> str:
        return self.get_reason_display()
