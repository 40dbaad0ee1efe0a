"""One submitted request. An unsaved Batch *is* the validated request; every door builds one."""

import unicodedata
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import now

from generation.contract import MAX_COUNT, MAX_SEED, PROMPT_LENGTH
from generation.models.image_model import ImageModel
from pixazo.events import announce
from pixazo.models import TimeOrdered
from workspaces.models import Topic, Workspace


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible(self) -> "BatchQuerySet":
        """Without what is in the trash."""
        return self.filter(deleted=None)


class Batch(TimeOrdered):
    class Mode(models.TextChoices):
        TEXT = "text", "From text"
        IMAGE = "image", "From a picture"
        INPAINT = "inpaint", "Inpainting"
        OUTPAINT = "outpaint", "Outpainting"
        VARIATION = "variation", "Variation"
        UPSCALE = "upscale", "Upscaling"

    class TimeClass(models.TextChoices):
        NOW = "now", "Now"
        WHENEVER = "whenever", "Whenever the queue is empty"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="batches")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="batches")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="batches")
    model = models.ForeignKey(ImageModel, models.PROTECT, related_name="batches")
    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    num_inference_steps = models.PositiveIntegerField()
    guidance_scale = models.FloatField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.TEXT)
    strength = models.FloatField(null=True, help_text="How much of the source is drawn anew.")
    scheduler = models.CharField(max_length=50, blank=True, help_text="Empty: the model's own.")
    loras = models.JSONField(default=list, help_text='[{"lora": slug, "weight": 0.8}], up to 3.')
    margins = models.JSONField(
        null=True, help_text='Outpainting: pixels added, {"left", "top", "right", "bottom"}.'
    )
    scale = models.FloatField(null=True, help_text="Upscaling: how many times as wide.")
    time_class = models.CharField(max_length=10, choices=TimeClass, default=TimeClass.NOW)
    verifies = models.ForeignKey(
        "generation.Image",
        models.SET_NULL,
        null=True,
        related_name="verifications",
        help_text="The picture that this one should equal.",
    )
    seed = models.PositiveBigIntegerField(help_text="The first job's seed; the next add 1 each.")
    count = models.PositiveSmallIntegerField(default=1)
    idempotency_key = models.CharField(max_length=100, blank=True, editable=False)
    idempotency_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of what was sent with the key."
    )
    corrections = models.JSONField(
        default=list, editable=False, help_text="What the contract changed in it, in sentences."
    )
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="batch_once_per_key",
            ),
        )
        indexes = (
            models.Index(fields=["workspace", "-id"]),
            # The trash, of which there is little.
            models.Index(
                fields=["workspace"], condition=~models.Q(deleted=None), name="batch_in_trash"
            ),
        )

    def __str__(self) -> str:
        # Staff's lists and histories show it: what people asked for stays out of them.
        return f"Batch {self.pk}"

    def cancel(self) -> int:
        """Stop every picture that is not finished; says how many that were."""
        # One by one: each ends in a transaction of its own, so that no two wait for each other.
        return sum(job.cancel() for job in self.jobs.unfinished())

    def trash(self) -> bool:
        """Out of sight, with what is still being made; deleted for good after a while."""
        return self._put(deleted=now(), was_deleted=False) and self.cancel() >= 0

    def restore(self) -> bool:
        """Back from the trash. What was cancelled stays cancelled."""
        return self._put(deleted=None, was_deleted=True)

    @transaction.atomic
    def _put(self, deleted: Any, was_deleted: bool) -> bool:
        rows = type(self).objects.filter(pk=self.pk, deleted__isnull=not was_deleted)
        if not rows.update(deleted=deleted):
            return False
        self.deleted = deleted
        self.announce()
        return True

    def announce(self) -> None:
        """Tell open pages that this batch's card appeared, changed or vanished."""
        announce(self.workspace.channel, "batch", self.pk)

    @property
    def units(self) -> int:
        """Units of the whole request."""
        return sum(self.prices)

    @property
    def prices(self) -> list[int]:
        """Units of each picture. What may wait until nothing else does costs half, rounded up
        over the request: of four pictures of one unit every second is free."""
        each = self.model.units
        if self.time_class == self.TimeClass.NOW:
            return [each] * self.count
        sums = [-(-each * number // 2) for number in range(self.count + 1)]
        return [after - before for before, after in pairwise(sums)]

    @property
    def shape(self) -> str:
        """What requests must have in common to be made by one pipeline call."""
        size = f"{self.width}x{self.height}"
        return f"{self.model_id.hex} text {size} {self.num_inference_steps} {self.guidance_scale:g}"

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the request against the contract: refuse in sentences, say what was corrected."""
        errors: dict[str, str] = {}
        self._fill_in()
        self._clean_text("prompt", "Prompt", errors, required=True)
        self._clean_text("negative_prompt", "“Leave out”", errors)
        if not self.model.is_active:
            errors["model"] = f"{self.model.name} can't be used for new pictures at present."
        self._clean_whole("count", "Images", 1, MAX_COUNT, errors)
        if self.seed is not None:
            self._clean_whole("seed", "Seed", 0, MAX_SEED, errors)
        for name, parameter in self.model.contract.parameters.items():
            value = getattr(self, name)
            if parameter.fixed or value is None:
                self._correct(name, value, parameter)
                continue
            try:
                setattr(self, name, parameter.check(value))
            except ValueError as error:
                errors[name] = str(error)
        if self.negative_prompt and not self.model.contract.negative_prompt:
            self.negative_prompt = ""
            self.corrections.append("“Leave out” was not used: this model can't leave things out.")
        if errors:
            raise ValidationError(errors)

    def clean(self) -> None:
        if self.topic.workspace_id != self.workspace_id:
            raise ValidationError({"topic": "This topic belongs to another workspace."})

    def _fill_in(self) -> None:
        """What was left empty gets its default; the numbers get theirs from the contract."""
        if self.topic_id is None:
            self.topic = self.workspace.default_topic
        self.negative_prompt = "" if self.negative_prompt is None else self.negative_prompt
        for name in ("count", "seed", *self.model.contract.parameters):
            if getattr(self, name) == "":
                setattr(self, name, None)
        if self.count is None:
            self.count = 1

    def _clean_text(
        self, name: str, label: str, errors: dict[str, str], required: bool = False
    ) -> None:
        text = getattr(self, name)
        if not isinstance(text, str):
            errors[name] = f"{label} must be a text."
            return
        # Lone surrogates and control characters can't be stored or drawn; line ends may stay.
        text = "".join(
            char
            for char in unicodedata.normalize("NFC", text).replace("\r\n", "\n")
            if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
        ).strip()
        setattr(self, name, text)
        if required and not text:
            errors[name] = "Describe the picture you want."
        elif len(text) > PROMPT_LENGTH:
            errors[name] = (
                f"{label} may have {PROMPT_LENGTH:,} characters, this one has {len(text):,}."
            )

    def _clean_whole(
        self, name: str, label: str, lowest: int, highest: int, errors: dict[str, str]
    ) -> None:
        try:
            value = int(str(getattr(self, name)))
        except ValueError:
            errors[name] = f"{label} must be a whole number."
            return
        if not lowest <= value <= highest:
            errors[name] = f"{label} must be from {lowest} to {highest:,}, not {value:,}."
        setattr(self, name, value)

    def _correct(self, name: str, value: Any, parameter: Any) -> None:
        number = int(parameter.default) if parameter.is_whole else parameter.default
        if parameter.fixed and value not in (None, "", number, str(number)):
            self.corrections.append(f"{parameter.label} set to {number}: {parameter.reason}")
        setattr(self, name, number)
