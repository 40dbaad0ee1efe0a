"""Why a picture from outside is not taken, in words for whoever sent it."""

from pixazo.errors import UserError


class NotAPicture(UserError):
    code = "not_a_picture"
    status = 400


class WrongFormat(NotAPicture):
    code = "wrong_format"
    status = 415

    def __init__(self) -> None:
        super().__init__("Only PNG, JPEG and WebP pictures are taken.")


class TooLarge(UserError):
    code = "too_large"
    status = 413


class BadAddress(UserError):
    code = "bad_address"


class NoRoom(UserError):
    code = "no_room"
    status = 429


class Crowded(UserError):
    code = "crowded"
    status = 503
