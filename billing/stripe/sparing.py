"""How often one person's pages and buttons may make us ask Stripe, which counts the calls of the
whole site."""

from typing import Any

from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.rationing import takes_place

# A page that waits for a payment asks some ten times in its first minute.
MOST, SECONDS = 30, 60
PRESSES = 20  # of buttons, each of which is a call or three


class AskedOften(UserError):
    code = "asked_often"
    status = 429

    def __init__(self) -> None:
        super().__init__(_("You asked very often. Try again in a minute."), retry_after=SECONDS)


def look(user: Any) -> None:
    """Raises `AskedOften`; what is known here can be shown all the same."""
    if not takes_place(f"stripe-looks:{user.pk}", MOST, SECONDS):
        raise AskedOften


def press(user: Any) -> None:
    """Raises `AskedOften`; counted apart, so that no page keeps anybody from ending a plan."""
    if not takes_place(f"stripe-presses:{user.pk}", PRESSES, SECONDS):
        raise AskedOften
