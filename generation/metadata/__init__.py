"""Reads from a picture how it was made: our own files, and those of tools that many people use.

One module for each tool. Texts only: no pixel is drawn, nothing in the file is run or fetched, and
what is read goes through form and contract like anything that a person types.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from generation.metadata import exif, png
from generation.metadata.a1111 import read as read_a1111
from generation.metadata.comfyui import read as read_comfyui
from generation.metadata.fooocus import read as read_fooocus
from generation.metadata.found import AnotherFormat, Found, Named, Unreadable
from generation.metadata.invokeai import read as read_invokeai
from generation.metadata.pixazo import read as read_pixazo
from generation.metadata.swarmui import read as read_swarmui

__all__ = ["AnotherFormat", "Found", "Named", "Unreadable", "read"]

LARGEST = 20 * 1024 * 1024  # bytes

# The first that knows the texts as its own says what they mean. Ours come first, since they have
# the common form too; that form's own reader comes last, since others write it as well.
READERS: tuple[Callable[[Mapping[str, str]], Found | None], ...] = (
    read_pixazo,
    read_swarmui,
    read_fooocus,
    read_invokeai,
    read_comfyui,
    read_a1111,
)


def read(content: bytes) -> Found:
    """What the file says of its making. Raises `Unreadable`, in a sentence for the person."""
    if len(content) > LARGEST:
        raise Unreadable(_("The file is larger than 20 MB."))
    texts = _texts(content)
    for reader in READERS:
        if found := reader(texts):
            return found
    if texts.get("workflow"):
        raise Unreadable(
            _(
                "The file holds a ComfyUI workflow for the editor, but not the prompt that was run:"
                " that alone does not say how the picture was made."
            )
        )
    raise Unreadable(_("The file doesn't say how it was made."))


def _texts(content: bytes) -> dict[str, str]:
    """The format is told by the content, whatever the name says."""
    if content.startswith(png.SIGNATURE):
        return png.texts(content)
    if content.startswith(b"\xff\xd8\xff"):
        return exif.texts(content, "JPEG")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return exif.texts(content, "WEBP")
    raise AnotherFormat(_("Only PNG, JPEG and WebP files can be read."))
