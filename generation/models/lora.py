"""A small change to a model of one family, mixed in with a weight: safetensors only, by staff."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from billing.models import Plan
from generation.models.plans import of_plan
from pixazo.models import TimeOrdered


class LoraQuerySet(models.QuerySet["Lora"]):
    def usable_by(self, user: Any) -> "LoraQuerySet":
        """What this person's plan lets them mix in."""
        return self.filter(of_plan(user), is_active=True)

    def missing_from(self, prompt: str) -> list[str]:
        """The trigger words that the prompt does not hold, in the LoRAs' order."""
        said = prompt.casefold()
        words = [
            word.strip() for lora in self.order_by("slug") for word in lora.trigger_words.split(",")
        ]
        return [word for word in dict.fromkeys(words) if word and word.casefold() not in said]


class Lora(TimeOrdered):
    slug = models.SlugField(unique=True, help_text="Stable name, used by the API and in recipes.")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    family = models.CharField(max_length=20, help_text="Of the models that it fits.")
    file = models.CharField(
        max_length=300, help_text="A safetensors file's absolute path on the worker's machine."
    )
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="What the file must be. Empty: the worker notes it at the first use.",
    )
    trigger_words = models.CharField(
        max_length=300, blank=True, help_text="Added to the prompt where they are missing."
    )
    weight = models.FloatField(
        default=1.0,
        validators=[MinValueValidator(-2.0), MaxValueValidator(2.0)],
        help_text="Where the person says no other.",
    )
    plans = models.ManyToManyField(
        Plan, blank=True, related_name="loras", help_text="Who may use it. None chosen: everybody."
    )
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)
    trouble = models.CharField(max_length=300, blank=True, editable=False)

    objects = LoraQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        verbose_name = "LoRA"

    def __str__(self) -> str:
        return self.name
