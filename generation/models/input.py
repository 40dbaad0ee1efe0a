"""A picture that a batch works from: one of our own, or an upload."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from generation.models.batch import Batch
from generation.models.cleaning.pictures import NOT_THERE
from generation.models.image import Image
from generation.models.upload import Upload
from pixazo.errors import UserError
from workspaces.models import Workspace


class PictureMissing(UserError):
    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(NOT_THERE)


class InputQuerySet(models.QuerySet["Input"]):
    def with_pictures(self) -> "InputQuerySet":
        return self.select_related("image", "upload")

    def named(self, workspace: Workspace, name: str, role: str) -> "Input":
        """An unsaved input, of a picture of this workspace: `image:<id>`, `upload:<id>`, or an id
        alone, which is looked for among both. Raises `PictureMissing`."""
        kind, _, given = name.strip().rpartition(":")
        try:
            pk = UUID(given)
        except ValueError:
            raise PictureMissing from None
        image = upload = None
        if kind in ("", "image"):
            image = Image.objects.visible().filter(workspace=workspace, pk=pk).first()
        if image is None and kind in ("", "upload"):
            upload = Upload.objects.filter(workspace=workspace, pk=pk).first()
        if image is None and upload is None:
            raise PictureMissing
        return self.model(role=role, image=image, upload=upload)


class Input(models.Model):
    class Role(models.TextChoices):
        SOURCE = "source", gettext_lazy("Source")
        MASK = "mask", "Mask"  # white is drawn anew
        REFERENCE = "reference", gettext_lazy("Reference")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="inputs")
    role = models.CharField(max_length=10, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    # Neither: the picture was deleted for good since; what it was made into stays.
    image = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="used_in")
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="used_in")

    objects = InputQuerySet.as_manager()

    class Meta:
        ordering = ("role", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "role", "position"], name="input_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(image=None) | Q(upload=None), name="input_one_picture"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.batch_id}"

    @property
    def picture(self) -> Image | Upload | None:
        return self.image or self.upload

    @property
    def is_awaited(self) -> bool:
        """Whether it stands for a picture from outside that has not been brought in yet."""
        return self.upload is not None and not self.upload.is_kept

    def is_of(self, workspace: Workspace) -> bool:
        """Whether the picture is there, and this workspace's."""
        picture = self.picture
        if picture is None or picture.workspace_id != workspace.pk:
            return False
        return not (self.image and self.image.deleted)

    def is_there(self) -> bool:
        """Whether the picture has a row at this moment."""
        picture = self.picture
        return picture is not None and type(picture).objects.filter(pk=picture.pk).exists()
