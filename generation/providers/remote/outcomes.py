"""What each request of a call came to: one picture's failure is not its neighbours'."""

from collections.abc import Callable

from generation.providers.base import Outcome, Picture
from generation.providers.errors import Cancelled, ProviderError
from generation.providers.remote.failures import for_staff


def outcome(make: Callable[[], Picture], key: str) -> Outcome:
    """`key`: the one that must not be in the failure's details."""
    try:
        with for_staff(key):
            return make()
    except (ProviderError, Cancelled) as error:
        return error
