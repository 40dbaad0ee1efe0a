"""How often somebody may ask the assistant, whoever answers."""

from typing import Any

from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.rationing import takes_place

TURNS, SECONDS = 20, 60  # so many answers in so long, for one person


class TooOften(UserError):
    code = "rate_limited"
    status = 429


def admit(person: Any) -> None:
    """Raises `TooOften`."""
    if not takes_place(f"assistant:{person.pk}", TURNS, SECONDS):
        sentence = _("That was too often in a short time. Please wait a minute.")
        raise TooOften(sentence, retry_after=SECONDS)
