"""A picture that a batch works from: one of our own, or an upload."""

from django.db import models
from django.db.models import Q

from generation.models.batch import Batch
from generation.models.image import Image
from generation.models.upload import Upload


class Input(models.Model):
    class Role(models.TextChoices):
        SOURCE = "source", "Source"
        MASK = "mask", "Mask"  # white is drawn anew
        REFERENCE = "reference", "Reference"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="inputs")
    role = models.CharField(max_length=10, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    # Neither: the picture was deleted for good since; what it was made into stays.
    image = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="used_in")
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="used_in")

    class Meta:
        ordering = ("role", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "role", "position"], name="input_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(image=None) | Q(upload=None), name="input_one_picture"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.batch_id}"

    @property
    def picture(self) -> Image | Upload | None:
        return self.image or self.upload
