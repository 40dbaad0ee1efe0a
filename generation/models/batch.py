"""One submitted request. An unsaved Batch *is* the validated request; every door builds one."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Account
from billing.units import Units, plain
from generation.models import cleaning
from generation.models.door import Door
from generation.models.image_model import ImageModel
from generation.models.lora import Lora
from generation.models.new_job import NewJob
from generation.models.shape import shape_of
from pixazo.events import announce
from pixazo.models import TimeOrdered
from workspaces.models import Topic, Workspace

if TYPE_CHECKING:
    from accounts.models import ApiKey
    from generation.models.input import Input


TOPIC_GONE = gettext_lazy("This topic is in the trash. Bring it back, or choose another one.")


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible(self) -> "BatchQuerySet":
        """Without what is in the trash."""
        return self.filter(deleted=None)


class Batch(TimeOrdered):
    Door = Door

    class Mode(models.TextChoices):
        TEXT = "text", gettext_lazy("From text")
        IMAGE = "image", gettext_lazy("From a picture")
        INPAINT = "inpaint", gettext_lazy("Inpainting")
        OUTPAINT = "outpaint", gettext_lazy("Outpainting")
        VARIATION = "variation", gettext_lazy("Variation")
        UPSCALE = "upscale", gettext_lazy("Upscaling")

    # All others draw every pixel anew.
    KEEPING_PARTS = (Mode.INPAINT, Mode.OUTPAINT, Mode.UPSCALE)
    FROM_A_PICTURE = (Mode.IMAGE, Mode.INPAINT, Mode.OUTPAINT, Mode.VARIATION, Mode.UPSCALE)

    class TimeClass(models.TextChoices):
        NOW = "now", gettext_lazy("Now")
        WHENEVER = "whenever", gettext_lazy("Whenever the queue is empty")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="batches")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="batches")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="batches")
    model = models.ForeignKey(ImageModel, models.PROTECT, related_name="batches")
    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    template = models.JSONField(
        null=True,
        editable=False,
        help_text="What was written and chosen, where that is not the prompt itself.",
    )
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
        # Its id stays when the picture has gone: the verdict then says so.
        models.DO_NOTHING,
        db_constraint=False,
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
    door = models.CharField(
        max_length=10,
        choices=Door,
        blank=True,
        editable=False,
        help_text="Through which it was asked for; empty: before that was kept.",
    )
    reason = models.JSONField(
        null=True,
        editable=False,
        help_text="What was taken of a proposal, and why; see reason.py.",
    )
    request_id = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of the request that it came with, as the log names it.",
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
            models.Index(fields=["topic", "id"]),
            # The trash, of which there is little. Written as it is asked for: SQLite does not see
            # that "not null" is what an index for "not (null)" holds.
            models.Index(
                fields=["deleted"],
                condition=models.Q(deleted__isnull=False),
                name="batch_thrown",
            ),
            models.Index(
                fields=["workspace"], condition=~models.Q(deleted=None), name="batch_in_trash"
            ),
        )

    # By `submit`, of what it has just accepted: its jobs, in their order.
    new_jobs: Sequence[NewJob] | None = None
    api_key: "ApiKey | None" = None  # of the program that asks, while it does
    _pictures: "list[Input] | None" = None
    _variation: str = ""

    def __str__(self) -> str:
        # Staff's lists and histories show it: what people asked for stays out of them.
        return f"Batch {self.pk}"

    def get_absolute_url(self) -> str:
        """Leads to its card, wherever in the feed that is by then."""
        return f"{self.workspace.get_absolute_url()}?batch={self.pk}"

    def cancel(self, payer: UUID | None = None) -> int:
        """Stop every picture that is not finished, or those of one who pays; says how many that
        were."""
        jobs = self.jobs.unfinished()
        if payer:
            jobs = jobs.filter(author_id=payer)
        # One by one: each ends in a transaction of its own, so that no two wait for each other.
        return sum(job.cancel() for job in jobs)

    def trash(self) -> bool:
        """Out of sight, with what is still being made; deleted for good after a while."""
        return self._put(deleted=now(), was_deleted=False) and self.cancel() >= 0

    def restore(self) -> bool:
        """Back from the trash. What was cancelled stays cancelled."""
        images = apps.get_model("generation", "Image").objects
        with transaction.atomic():
            if not self._put(deleted=None, was_deleted=True):
                return False
            images.filter(job__in=self.jobs.order_by().values("pk")).put_off()
        if self.topic.deleted:
            self.topic.put(None, was=self.topic.deleted)
        return True

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
    def units(self) -> Units:
        """Units of the whole request."""
        return plain(sum(self.prices))

    @property
    def prices(self) -> list[Units]:
        """Units of each picture. What may wait until nothing else does costs half."""
        price = plain(self.model.units / 2) if self.is_idle else self.model.units
        return [price] * self.count

    @property
    def is_idle(self) -> bool:
        """Drawn when nothing else waits."""
        return self.time_class == self.TimeClass.WHENEVER

    @cached_property
    def account(self) -> Account:
        """Its author's, read once for all that a request asks of it."""
        return Account.objects.of(self.author)

    @property
    def shape(self) -> str:
        """What requests must have in common to be made by one pipeline call: a digest."""
        return shape_of(self)

    @property
    def pictures(self) -> Sequence["Input"]:
        """What it works from: given unsaved with the request, and saved by `submit`."""
        if self._pictures is None:
            self._pictures = [] if self._state.adding else list(self.inputs.with_pictures())
        return self._pictures

    @pictures.setter
    def pictures(self, pictures: Sequence["Input"]) -> None:
        self._pictures = list(pictures)

    @property
    def variation(self) -> str:
        """Asked for in a word, subtle or strong; `strength` keeps what it means."""
        return self._variation

    @variation.setter
    def variation(self, variation: str) -> None:
        self._variation = variation

    @property
    def source_size(self) -> tuple[int, int] | None:
        """Width and height of the picture that it works from, in pixels."""
        sources = (each.picture for each in self.pictures if each.role == "source")
        picture = next(sources, None)
        return (picture.width, picture.height) if picture and not self.awaits_source else None

    @property
    def is_composed(self) -> bool:
        """Whether parts of a picture that no model drew remain: IPTC has another word for that."""
        if self.mode not in self.KEEPING_PARTS:
            return False
        sources = (each for each in self.pictures if each.role == "source")
        known = (each.image for each in sources)
        # What came in an archive is a model's only by its own word.
        return any(each is None or each.is_brought or each.is_composed for each in known)

    @property
    def awaits_source(self) -> bool:
        """Whether that picture comes from outside and has not been brought in yet."""
        return any(each.role == "source" and each.is_awaited for each in self.pictures)

    @property
    def source_prompt(self) -> str:
        """What the picture that it works from was made from, where it was made here."""
        images = (each.image for each in self.pictures if each.role == "source")
        image = next(images, None)
        return image.job.batch.prompt if image else ""

    @property
    def drawn_prompt(self) -> str:
        """The prompt as the model gets it: with its LoRAs' trigger words where they are missing."""
        slugs = [each["lora"] for each in self.loras]
        words = Lora.objects.filter(slug__in=slugs).missing_from(self.prompt) if slugs else []
        return ", ".join(part for part in (self.prompt, *words) if part)

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the request against the contract: refuse in sentences, say what was corrected."""
        self.corrections = []
        if self.topic_id is None:
            self.topic = self.workspace.default_topic
        if errors := cleaning.clean(self):
            raise ValidationError(errors)

    def clean(self) -> None:
        if self.topic.workspace_id != self.workspace_id:
            raise ValidationError({"topic": _("This topic belongs to another workspace.")})
        if self.topic.deleted:
            raise ValidationError({"topic": TOPIC_GONE})
