"""A word that people put on a picture."""

from django.db import models

from generation.models.image import Image


class ImageTag(models.Model):
    image = models.ForeignKey(Image, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["image", "name"], name="image_tag_once"),)
        indexes = (models.Index(fields=["name", "image"]),)

    def __str__(self) -> str:
        return self.name
