"""One entry of the catalogue: who makes the picture, from which weights, within which limits."""

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Plan
from generation import tokenizing
from generation.contract import DETAILED_SIDE, Contract
from generation.families import FAMILIES
from generation.models.plans import of_new_plan, of_plan
from generation.models.service import Service
from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered


class ImageModelQuerySet(models.QuerySet["ImageModel"]):
    def available(self) -> "ImageModelQuerySet":
        """What a person may pick. Old pictures keep the name of a model that is not."""
        return self.filter(is_active=True).exclude(service__is_active=False)

    def usable_by(self, user: Any) -> "ImageModelQuerySet":
        """What this person's plan lets them pick; the others are as if they were not there."""
        return self.available().filter(of_plan(user))

    def usable_by_newcomers(self) -> "ImageModelQuerySet":
        """What the plan of a new account lets its owner pick."""
        return self.available().filter(of_new_plan())

    def seen_by(self, user: Any) -> "ImageModelQuerySet":
        """All, and those that this person may use know it: `refusal_for` need not ask again."""
        usable = ImageModel.objects.usable_by(user).filter(pk=OuterRef("pk"))
        own = Value(user.pk, output_field=models.UUIDField())
        return self.annotate(usable_by=Case(When(Exists(usable), then=own)))


class ImageModel(TimeOrdered):
    class Provider(models.TextChoices):
        DIFFUSERS = "diffusers", gettext_lazy("This machine (diffusers)")
        PIXAZO = "pixazo", gettext_lazy("Pixazo.ai")
        OPENAI = "openai", gettext_lazy("OpenAI-compatible")

    class Lane(models.TextChoices):
        GPU = "gpu", gettext_lazy("Computed here")
        REMOTE = "remote", gettext_lazy("Computed elsewhere")

    slug = models.SlugField(unique=True, help_text="Stable name, used by the API and in archives.")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    provider = models.CharField(max_length=20, choices=Provider, default=Provider.DIFFUSERS)
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="image_models",
        help_text="Who makes its pictures, where that is not this machine.",
    )
    address = models.CharField(
        max_length=300,
        help_text="A folder in the diffusers layout, a .safetensors file, or the id of a hub"
        " repository (owner/name, optionally owner/name@revision). Safetensors only. For a"
        " service: the model's name there.",
    )
    family = models.CharField(
        max_length=20,
        blank=True,
        help_text="Architecture. Empty: read from the files; a single file needs it.",
    )
    api_key = EncryptedTextField(
        blank=True,
        help_text="Token for a gated repository. Encrypted, never shown again.",
    )
    contract_data = models.JSONField("contract", default=dict, blank=True)
    options = models.JSONField(
        default=dict,
        blank=True,
        help_text="How the worker runs it: dtype, offload, slicing, tiling, attention, compile,"
        " cache, quantisation.",
    )
    adapter = models.JSONField(
        default=dict,
        blank=True,
        help_text="How its service is asked: path, names of fields, where the result is.",
    )
    weights_sha256 = models.CharField(
        max_length=64, blank=True, help_text="What its weights must be. Empty: not checked."
    )
    is_gated = models.BooleanField(
        default=False, help_text="Its licence must be accepted at the hub; needs a token."
    )
    download_gb = models.FloatField(null=True, blank=True, help_text="Size of the download in GB.")
    memory_gb = models.FloatField(null=True, blank=True, help_text="GPU memory it needs, in GB.")
    cost = models.DecimalField(
        "cost in dollars",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="What a picture of the usual size costs the site at its service; 0: free. Empty:"
        " not known. For staff only.",  # C06: what people pay is units
    )
    plans = models.ManyToManyField(
        Plan,
        blank=True,
        related_name="image_models",
        help_text="Who may use it. None chosen: everybody.",
    )
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
            Contract.parse(self.contract_data, self.family_contract)
        except ValueError as error:
            raise ValidationError({"contract_data": str(error)}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("contract", None)
        super().save(*args, **kwargs)

    @cached_property
    def contract(self) -> Contract:
        return _contract(json.dumps(self.contract_data), self.family)

    @property
    def family_contract(self) -> Mapping[str, Any]:
        """What its family can do, which its own contract is laid over."""
        return _family_contract(self.family)

    def refusal_for(self, user: Any) -> str:
        """Why this person can't have pictures made by it now, in a sentence; empty if they can."""
        if self.__dict__.get("usable_by") == user.pk:
            return ""
        rows = ImageModel.objects.filter(pk=self.pk)
        if rows.usable_by(user).exists():
            return ""
        if rows.available().exists():
            return _("%(name)s is not part of your plan.") % {"name": self.name}
        return _("%(name)s can't be used for new pictures at present.") % {"name": self.name}

    def remark_on(self, prompt: str) -> str:
        """What is said of a prompt whose end it does not read; else empty. Exact where its
        tokenizer is at hand, else an estimate that says so."""
        limit = self.contract.reads_at_most
        if limit is None or tokenizing.surely(prompt, self.family) <= limit:
            return ""
        exactly = tokenizing.count(
            prompt,
            address=self.address,
            family=self.family,
            base=str(self.options.get("base", "")),
        )
        return self.contract.remark_on(prompt, exactly)

    @property
    def lane(self) -> str:
        """Which kind of worker makes its pictures."""
        return self.Lane.GPU if self.provider == self.Provider.DIFFUSERS else self.Lane.REMOTE

    @property
    def only_enlarges(self) -> bool:
        """Whether it adds no details to what it upscales, as its contract lets expect: what is
        drawn here by a model of small pictures (`upscaling.py` looks at the model itself)."""
        sides = (self.contract["width"].default, self.contract["height"].default)
        return self.lane == self.Lane.GPU and max(sides) < DETAILED_SIDE


@lru_cache(maxsize=256)
def _contract(data: str, family: str) -> Contract:
    """Kept by what it is made of, so that a changed model has another."""
    return Contract.parse(json.loads(data), _family_contract(family))


def _family_contract(slug: str) -> Mapping[str, Any]:
    family = FAMILIES.get(slug)
    return family.contract if family else {}
