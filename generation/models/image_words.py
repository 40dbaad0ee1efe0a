"""What a picture can be found by, in one text: its index belongs to the database's own search."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from generation.models.image import Image


class ImageWords(models.Model):
    """Written with the picture and with its tags.

    On SQLite a table of FTS5 follows it by triggers, which a migration that rebuilds this table has
    to make anew; PostgreSQL has an index of its words.
    """

    # A number of its own: SQLite's search goes by it, and it must outlive a VACUUM.
    id = models.BigAutoField(primary_key=True)
    image = models.OneToOneField(Image, models.CASCADE, related_name="words")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def of(cls, image: Image, tags: Iterable[str] = ()) -> "ImageWords":
        """Not saved: its prompts, its model, its seed, its tags, its description."""
        recipe: dict[str, Any] = image.recipe
        template = recipe.get("template") or {}
        parts = (
            recipe.get("prompt", ""),
            template.get("prompt", ""),
            template.get("style", ""),
            template.get("theme", ""),
            image.model_name,
            str(recipe.get("seed", "")),
            image.alt,
            *tags,
        )
        return cls(image=image, text="\n".join(part for part in dict.fromkeys(parts) if part))
