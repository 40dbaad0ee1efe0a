"""Why a picture from outside can't be decoded, in words for whoever sent it."""

from django.utils.translation import gettext as _

from pixazo.errors import UserError


class NotAPicture(UserError):
    code = "not_a_picture"
    status = 400


class WrongFormat(NotAPicture):
    code = "wrong_format"
    status = 415

    def __init__(self) -> None:
        super().__init__(_("Only PNG, JPEG and WebP pictures are taken."))


class TooLarge(UserError):
    code = "too_large"
    status = 413


class TooCostly(UserError):
    """Time or memory ran out over it, which says nothing about the picture itself."""

    code = "too_costly"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            _(
                "This picture took too much time or memory to read. Send a smaller one, or the same"
                " one saved anew as PNG or JPEG."
            )
        )


class Crowded(UserError):
    code = "crowded"
    status = 503
