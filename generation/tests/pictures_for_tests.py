"""Pictures that tests send: a few colours, as bytes of any format."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from generation import uploads


def picture(width=48, height=32):
    """Two halves of different colours, so that upright and mirrored differ."""
    image = Pillow.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height // 2))
    return image


def as_bytes(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def bring(workspace, image, origin="file"):
    """The picture as an upload of the workspace."""
    file = SimpleUploadedFile("x", as_bytes(image))
    return uploads.receive(workspace, workspace.owner, file, origin)
