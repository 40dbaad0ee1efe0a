"""Stops reading files that are too large while they come in, whichever form they are sent with."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pixazo.errors import UserError

# Of one file, a little above what any door takes, so that the door can say its own limit; and of
# all files of a request.
MOST_BYTES = 21 * 1024 * 1024
MOST_TOGETHER = 64 * 1024 * 1024


class FilesTooLarge(UserError):
    code = "too_large"
    status = 413


class UploadLimit(FileUploadHandler):
    """The first of the upload handlers. Who reads files asks `refuse_cut_off` before."""

    chunk_size = 64 * 2**10

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.total = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.total += len(raw_data)
        if start + len(raw_data) > MOST_BYTES or self.total > MOST_TOGETHER:
            if self.request is not None:
                self.request.META[CUT_OFF] = True
            # The rest is read and thrown away, so that the answer reaches the browser.
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


CUT_OFF = "pixazo.cut_off"


def refuse_cut_off(request: Any) -> None:
    """Raises `FilesTooLarge` where the form was not read to its end."""
    if request.META.get(CUT_OFF):
        raise FilesTooLarge(
            _("A file may have up to %(size)s MiB.") % {"size": MOST_BYTES // 2**20 - 1}
        )
