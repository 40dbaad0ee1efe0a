"""Why an archive is not written or not taken, in words for whoever asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.errors import UserError
from workspaces.archive import reader

WORDS = {
    "gzip": gettext_lazy("This is no .tar.gz file, or it is damaged."),
    "trailing": gettext_lazy("Something is behind the end of this archive."),
    "bomb": gettext_lazy("What is packed in this archive is many times larger than the file."),
    "bytes": gettext_lazy("This archive holds more than %(most)s GiB."),
    "short": gettext_lazy("This archive ends too early: a part of it is missing."),
    "tar": gettext_lazy("This is no archive of a workspace, or it is damaged."),
    "kind": gettext_lazy("“%(about)s” in this archive is no plain file."),
    "name": gettext_lazy("A file in this archive bears a name that it can't have: “%(about)s”."),
    "twice": gettext_lazy("“%(about)s” is in this archive twice."),
    "large": gettext_lazy("“%(about)s” in this archive is too large."),
    "members": gettext_lazy("There are too many files in this archive."),
    "rows": gettext_lazy("There are too many rows of “%(about)s” in this archive."),
    "many": gettext_lazy("This workspace has more rows of “%(about)s” than an archive holds."),
    "picture": gettext_lazy("“%(about)s” in this archive is no PNG file."),
    "json": gettext_lazy("“%(about)s” in this archive can't be read."),
    "manifest": gettext_lazy("The last file of an archive must be its manifest.json."),
    "format": gettext_lazy("Its manifest.json says that this is no archive of a workspace."),
    "future": gettext_lazy("This archive was made by a newer version of this site."),
    "listed": gettext_lazy("This archive holds other files than its manifest.json lists."),
    "checksum": gettext_lazy("“%(about)s” is not the file that manifest.json lists."),
    "unnamed": gettext_lazy("Nothing in this archive says what “%(about)s” is."),
    "memory": gettext_lazy("This archive takes too much memory to read."),
    "time": gettext_lazy("This archive takes too long to read."),
}


class Refused(UserError):
    code = "bad_archive"

    @classmethod
    def because(cls, word: str, about: str = "") -> "Refused":
        sentence = WORDS.get(word, WORDS["tar"])
        return cls(str(sentence) % {"about": about, "most": reader.MOST_BYTES // 2**30})


def changed() -> Refused:
    return Refused(
        _("This workspace was changed while the archive came in. Try again."),
        code="changed",
        status=409,
    )


class TooMuch(UserError):
    """Sound, and more than fits in here."""

    code = "no_room"
    status = 409


class Busy(UserError):
    code = "busy"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("An archive of this is being worked on. Wait until that is done."))
