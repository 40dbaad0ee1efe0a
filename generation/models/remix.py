"""That a request began with somebody's shared picture: the line back to it (D6, D8)."""

from django.db import models

from generation.models.batch import Batch
from generation.models.image import Image


class Remix(models.Model):
    """Its people see that it was remixed and how often; never by whom, or into what."""

    batch = models.OneToOneField(Batch, models.CASCADE, related_name="remix")
    # Neither here nor there: the picture was deleted for good since.
    image = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="remixes")

    def __str__(self) -> str:
        return f"{self.batch_id} remixes {self.image_id}"
