"""Why a picture from outside is not taken, in words for whoever sent it."""

from pixazo.decoding.errors import Crowded, NotAPicture, TooCostly, TooLarge, WrongFormat
from pixazo.errors import UserError

__all__ = [
    "BadAddress",
    "CannotStore",
    "Crowded",
    "NoRoom",
    "NotAPicture",
    "TooCostly",
    "TooLarge",
    "WrongFormat",
]


class BadAddress(UserError):
    code = "bad_address"


class NoRoom(UserError):
    code = "no_room"
    status = 429


class CannotStore(UserError):
    """The disk is full, read-only or gone: the picture itself may be sound."""

    code = "storage"
    status = 503

    def __init__(self) -> None:
        super().__init__("Pictures can't be stored at present. Try again later.")
