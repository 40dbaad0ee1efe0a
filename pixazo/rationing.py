"""So many within a time, and no more: attempts at a password, letters that somebody has sent."""

from django.core.cache import cache


def takes_place(name: str, places: int, seconds: int) -> bool:
    """Take one of the places, for so long; False if none is free.

    `add` is an INSERT, so that of those who come at once none is overlooked.
    """
    names = [f"{name}:{number}" for number in range(places)]
    cache.get_many(names)  # takes away those that are over
    return any(cache.add(each, True, seconds) for each in names)
