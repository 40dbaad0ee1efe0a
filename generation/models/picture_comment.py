"""What members say about a picture, or about a request with all its pictures."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from generation.models.batch import Batch
from generation.models.image import Image
from pixazo.events import announce
from workspaces.models import Workspace
from workspaces.models.comment import Comment, CommentQuerySet


class PictureComment(Comment):
    image = models.ForeignKey(Image, models.CASCADE, null=True, related_name="comments")
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="comments")

    objects = CommentQuerySet["PictureComment"].as_manager()

    class Meta(Comment.Meta):
        constraints = (
            *Comment.Meta.constraints,
            models.CheckConstraint(
                name="picturecomment_about_one",
                condition=models.Q(image__isnull=False, batch=None)
                | models.Q(image=None, batch__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=["image"],
                condition=models.Q(parent=None, resolved=None),
                name="comment_open_image",
            ),
            models.Index(
                fields=["batch"],
                condition=models.Q(parent=None, resolved=None),
                name="comment_open_batch",
            ),
            models.Index(fields=["author", "created"], name="comment_of_author"),
        )

    @classmethod
    def visible_to(cls, person: Any) -> CommentQuerySet[Any]:
        places = Workspace.objects.visible_to(person)
        images = Image.objects.visible().filter(workspace__in=places)
        batches = Batch.objects.visible().filter(workspace__in=places)
        return cls.objects.filter(
            models.Q(image__in=images.values("pk")) | models.Q(batch__in=batches.values("pk"))
        )

    @property
    def subjects(self) -> dict[str, UUID | None]:
        return {"image": self.image_id, "batch": self.batch_id}

    @property
    def thing(self) -> Image | Batch:
        thing = self.image or self.batch
        assert thing is not None  # held by the constraint
        return thing

    @property
    def door(self) -> str:
        return "image_comments" if self.image_id else "batch_comments"

    @property
    def page(self) -> str:
        return "image" if self.image_id else "batch_comments"

    @property
    def of_batch(self) -> Batch:
        """The request that it is about, or one of whose pictures."""
        batch = self.image.job.batch if self.image else self.batch
        assert batch is not None  # held by the constraint
        return batch

    @property
    def maker_id(self) -> UUID | None:
        return self.of_batch.author_id

    @property
    def says_whose(self) -> str:
        if self.image_id:
            return gettext_noop("%(who)s says of a picture of yours: “%(words)s”")
        return gettext_noop("%(who)s says of your pictures: “%(words)s”")

    def announce(self) -> None:
        """The card and the tile count what is open."""
        announce(self.workspace.channel, "comment", self.image_id or self.batch_id)
        if self.image:
            self.image.job.announce()
        else:
            self.of_batch.announce()


def open_threads(about: str, outer: str = "pk") -> Coalesce:
    """How many are open about each row: `about` is the way from a comment to it."""
    rows = PictureComment.objects.open().filter(**{about: models.OuterRef(outer)})
    counted = rows.order_by().values(about).annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted), 0)
