"""Why nothing came back, in sentences that tell a stranger nothing about the network inside."""

from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.texts.numbers import counted


class Refused(UserError):
    """`was_sent`: the other side may have received the request, and acted on it."""

    code = "address_refused"

    def __init__(self, sentence: str, *, code: str | None = None, was_sent: bool = False) -> None:
        super().__init__(sentence, code=code)
        self.was_sent = was_sent


class Unreachable(Refused):
    """No such name, nobody there, a wrong certificate, or an address inside: all the same words,
    so that nobody can map the network with them."""

    code = "unreachable"

    def __init__(self) -> None:
        super().__init__(_("Nothing could be reached at that address."))


class TooSlow(Refused):
    code = "too_slow"

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__(_("That address took too long to answer."), was_sent=was_sent)


class Broken(Refused):
    """The connection ended in the middle, or what came was not HTTP.

    `was_answered`: an answer had begun, so the request has been dealt with.
    """

    code = "broken"

    def __init__(self, *, was_sent: bool, was_answered: bool = False) -> None:
        super().__init__(_("That address did not answer properly."), was_sent=was_sent)
        self.was_answered = was_answered


class TooLarge(Refused):
    code = "too_large"

    def __init__(self, limit_bytes: int) -> None:
        is_small = limit_bytes < 1024**2
        size = f"{counted(limit_bytes)} B" if is_small else f"{limit_bytes / 1024**2:.0f} MB"
        super().__init__(
            _("What is at that address is larger than %(size)s.") % {"size": size}, was_sent=True
        )
