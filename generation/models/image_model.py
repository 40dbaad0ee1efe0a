"""One entry of the catalogue: who makes the picture, from which weights, within which limits."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from generation.contract import Contract
from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered


class ImageModelQuerySet(models.QuerySet["ImageModel"]):
    def available(self) -> "ImageModelQuerySet":
        """What a person may pick. Old pictures keep the name of a model that is not."""
        return self.filter(is_active=True)


class ImageModel(TimeOrdered):
    class Provider(models.TextChoices):
        DIFFUSERS = "diffusers", "This machine (diffusers)"

    class Lane(models.TextChoices):
        GPU = "gpu", "Computed here"
        REMOTE = "remote", "Computed elsewhere"

    slug = models.SlugField(unique=True, help_text="Stable name, used by the API and in archives.")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    provider = models.CharField(max_length=20, choices=Provider, default=Provider.DIFFUSERS)
    address = models.CharField(
        max_length=300,
        help_text="A folder in the diffusers layout, or the id of a hub repository"
        " (owner/name, optionally owner/name@revision). Safetensors only.",
    )
    api_key = EncryptedTextField(
        blank=True,
        help_text="Token for a gated repository. Encrypted, never shown again.",
    )
    contract_data = models.JSONField("contract", default=dict, blank=True)
    units = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1)], help_text="Units that one picture takes."
    )
    is_active = models.BooleanField(default=True, help_text="May be picked for new pictures.")
    position = models.PositiveSmallIntegerField(default=100, help_text="Order in the picker.")
    trouble = models.CharField(
        max_length=300, blank=True, editable=False, help_text="Why the worker could not load it."
    )

    objects = ImageModelQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        verbose_name = "model"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            Contract.parse(self.contract_data)
        except ValueError as error:
            raise ValidationError({"contract_data": str(error)}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("contract", None)
        super().save(*args, **kwargs)

    @cached_property
    def contract(self) -> Contract:
        return Contract.parse(self.contract_data)

    @property
    def lane(self) -> str:
        """Which kind of worker makes its pictures."""
        return self.Lane.GPU if self.provider == self.Provider.DIFFUSERS else self.Lane.REMOTE
