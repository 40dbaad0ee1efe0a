"""An address by which people without an account see one picture, and as much of it as it says."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation.models.disclosure import Discloses
from generation.models.image import Image
from pixazo.encrypted import EncryptedTextField
from pixazo.errors import UserError
from pixazo.models import TimeOrdered
from workspaces.models import Workspace

TOKEN_BYTES = 24  # 192 bits of the system's generator
MOST = 20  # links of a picture that work at once


class NotLookedAt(UserError):
    code = "not_looked_at"
    status = 409


class TooManyLinks(UserError):
    code = "too_many_links"
    status = 409


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def living(self) -> "ShareLinkQuerySet":
        """Neither revoked nor over, nor of a workspace in the trash."""
        thrown = Workspace.objects.thrown().values("pk")
        rows = self.filter(revoked=None).exclude(expires__lte=now())
        return rows.exclude(image__workspace__in=thrown)

    def of_token(self, token: str) -> "ShareLinkQuerySet":
        return self.filter(token_sha256=_hash(token))


class ShareLink(Discloses, TimeOrdered):
    image = models.ForeignKey(Image, models.CASCADE, related_name="share_links")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Found by its hash; readable for the page only that shows the address again.
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    token = EncryptedTextField(editable=False)
    password = models.CharField(max_length=128, blank=True, editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, editable=False)
    views = models.PositiveIntegerField(
        default=0, editable=False, help_text="By others than those who work in the workspace."
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.image_id}"

    @classmethod
    def share(
        cls, image: Image, author: Any, level: str, expires: datetime | None, password: str = ""
    ) -> "ShareLink":
        """Make an address. Raises `TooManyLinks`, `NotLookedAt`, and `Image.DoesNotExist` if the
        picture has just been deleted for good."""
        if settings.CONTENT_SAFETY and image.is_brought:
            raise NotLookedAt(
                _("This picture came in an archive. Here only what was made here is shared.")
            )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        link = cls(
            image=image,
            author=author,
            level=level,
            expires=expires,
            token=token,
            token_sha256=_hash(token),
            password=make_password(password) if password else "",
        )
        with transaction.atomic():
            # The lock keeps two who share at once from exceeding the limit together.
            Image.objects.select_for_update().get(pk=image.pk)
            if cls.objects.living().filter(image=image).count() >= MOST:
                raise TooManyLinks(
                    _("A picture has %(most)s links at most. Revoke one that is no longer needed.")
                    % {"most": MOST}
                )
            link.save(force_insert=True)
        return link

    def revoke(self) -> bool:
        """Whether it worked until now."""
        rows = type(self).objects.filter(pk=self.pk, revoked=None)
        return bool(rows.update(revoked=now()))

    def count_view(self) -> None:
        type(self).objects.filter(pk=self.pk).update(views=models.F("views") + 1)

    def has_password(self, password: str) -> bool:
        return check_password(password, self.password)

    @property
    def is_over(self) -> bool:
        return self.expires is not None and self.expires <= now()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
