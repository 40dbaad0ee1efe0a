"""One stored picture and its renditions."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.timezone import now

from generation.models.job import Job
from generation.thumbnails import address
from pixazo import in_order
from pixazo.models import TimeOrdered
from workspaces.models import Workspace


class ImageQuerySet(models.QuerySet["Image"]):
    def visible(self) -> "ImageQuerySet":
        """Without what is in the trash, alone or with its batch.

        Of what went with its batch there is little: looked up once, in place of a join for each
        picture that there is.
        """
        return self.filter(deleted=None).exclude(job__in=self.gone_jobs())

    def gone_with_batch(self) -> "ImageQuerySet":
        return self.filter(deleted=None, job__in=self.gone_jobs())

    def put_off(self) -> None:
        """Kept for a while whatever the plan says: what was in the trash, where it could not be
        said that it goes, comes back with all of the notice. In a transaction."""
        rows = self.filter(listed__isnull=False)
        in_order.lock(rows)
        rows.update(listed=None)

    @staticmethod
    def gone_jobs() -> "models.QuerySet[Job, Any]":
        return Job.objects.filter(batch__deleted__isnull=False).values("pk")


class Image(TimeOrdered):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="images")
    job = models.OneToOneField(Job, models.CASCADE, related_name="image")
    # Storage keys: generated/<owner>/<workspace>/<opaque>.png and .webp beside it.
    original = models.CharField(max_length=300, unique=True)
    medium = models.CharField(max_length=300, help_text="WebP, longer side at most 1024 px.")
    small = models.CharField(max_length=300, help_text="WebP, longer side at most 384 px.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField(help_text="Of the original.")
    sha256 = models.CharField(max_length=64, help_text="Of the original.")
    # By which the check page knows again what people saved. Empty of pictures from before it.
    pixels_sha256 = models.CharField(max_length=64, blank=True, help_text="Size and pixels.")
    medium_sha256 = models.CharField(max_length=64, blank=True)
    small_sha256 = models.CharField(max_length=64, blank=True)
    extra_bytes = models.PositiveBigIntegerField(
        default=0, help_text="Of its renditions; 0 where that was not counted yet."
    )
    is_brought = models.BooleanField(
        default=False, help_text="Came in an archive: that it was made here is what that says."
    )
    # Encoded anew, it is another file; by this it is known when the same archive comes again.
    arrived_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the file as which it came in an archive."
    )
    is_composed = models.BooleanField(
        default=False, help_text="Parts of it are of a picture that came from outside."
    )
    colour = models.CharField(max_length=7, help_text="Dominant colour, #rrggbb.")
    alt = models.CharField(max_length=500, blank=True, help_text="Alternative text.")
    recipe = models.JSONField(help_text="Everything needed to make the picture again.")
    recipe_hash = models.CharField(max_length=64, db_index=True)
    model_name = models.CharField(max_length=100, help_text="Readable after the model has gone.")
    wait_seconds = models.FloatField(
        help_text="From the latest queueing to the claim that made it."
    )
    draw_seconds = models.FloatField(
        help_text="From that claim to the finished picture, without loading."
    )
    load_seconds = models.FloatField(default=0.0, help_text="What loading the model took.")
    device = models.CharField(max_length=100, blank=True, help_text="What computed it.")
    company = models.PositiveSmallIntegerField(
        default=1, help_text="How many pictures its call made together."
    )
    remark = models.CharField(
        max_length=200, blank=True, help_text="What is odd about it, such as one colour all over."
    )
    verdict = models.JSONField(
        null=True, help_text="Of a verification: identical, near or different, and by how much."
    )
    rating = models.PositiveSmallIntegerField(default=0, help_text="0 to 5; 0: not rated.")
    starred = models.BooleanField(default=False)
    deleted = models.DateTimeField(null=True, help_text="Since when in the trash.")
    # No picture's time ends before this was said for a week (generation/retention.py).
    listed = models.DateTimeField(
        null=True, help_text="Since when its people can see that it goes by the plan."
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="image_rating", condition=models.Q(rating__lte=5)),
        )
        indexes = (
            models.Index(fields=["workspace", "-id"]),
            # The gallery's first page, whatever is in the trash.
            models.Index(
                # The last only so that a count needs no look at the rows.
                fields=["workspace", "-id", "deleted"],
                condition=models.Q(deleted=None),
                name="image_shown",
            ),
            models.Index(
                fields=["job"], condition=models.Q(deleted=None), name="image_shown_of_job"
            ),
            models.Index(
                fields=["workspace"],
                condition=models.Q(deleted__isnull=False),
                name="image_thrown",
            ),
            models.Index(
                fields=["workspace"],
                condition=models.Q(listed__isnull=False),
                name="image_listed",
            ),
            # What people marked, of which there is little.
            models.Index(
                fields=["workspace", "rating"],
                condition=models.Q(rating__gt=0),
                name="image_rated",
            ),
            models.Index(
                fields=["workspace"], condition=models.Q(starred=True), name="image_starred"
            ),
            models.Index(fields=["sha256"], name="image_file"),
            models.Index(fields=["pixels_sha256"], name="image_pixels"),
            models.Index(fields=["medium_sha256"], name="image_medium"),
            models.Index(fields=["small_sha256"], name="image_small"),
            # Counted for covers without a look at the rows.
            models.Index(fields=["workspace"], condition=models.Q(deleted=None), name="image_kept"),
        )

    def __str__(self) -> str:
        return self.original

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.workspace.slug, self.pk])

    @property
    def small_url(self) -> str:
        return address(self.small)

    @property
    def medium_url(self) -> str:
        return address(self.medium)

    def trash(self) -> bool:
        """Out of sight; the files are deleted after a while, until then `restore` helps."""
        return self._put(deleted=now(), was_deleted=False)

    def restore(self) -> bool:
        return self._put(deleted=None, was_deleted=True)

    @property
    def keys(self) -> tuple[str, str, str]:
        """The storage keys of the original and its renditions."""
        return self.original, self.medium, self.small

    @transaction.atomic
    def _put(self, deleted: Any, was_deleted: bool) -> bool:
        rows = type(self).objects.filter(pk=self.pk, deleted__isnull=not was_deleted)
        # What is put back is kept for a while, whatever its plan says.
        if not rows.update(deleted=deleted, listed=None):
            return False
        self.deleted = deleted
        self.job.announce()
        return True
