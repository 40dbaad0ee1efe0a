"""Whether a picture could be kept at all, known before anybody waits for it: of a folder's disk the
system says it at once. What a bucket lacks is known only when it is written to."""

import os

from django.conf import settings
from django.utils.translation import gettext as _

from pixazo.errors import UserError

LEAST_SHARE, LEAST_BYTES = 0.01, 256 * 2**20  # of the disk; the smaller of the two


class NoRoom(UserError):
    code = "storage"
    status = 503


def look_for_room() -> None:
    """Raises `NoRoom` where the pictures' disk is full or can only be read: what is there is shown,
    and nothing new is promised."""
    if settings.S3_BUCKET:
        return
    try:
        disk = os.statvfs(settings.MEDIA_ROOT)
    except FileNotFoundError:
        return  # nothing was stored yet
    least = min(disk.f_blocks * disk.f_frsize * LEAST_SHARE, LEAST_BYTES)
    if disk.f_flag & os.ST_RDONLY or disk.f_bavail * disk.f_frsize < least:
        raise NoRoom(
            _(
                "New pictures can't be stored at present, so none is drawn. What you have is all"
                " there. Try again later."
            )
        )
