"""What a person is told about a job, and the sentences that may go with it."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

NEWCOMER = gettext_noop(
    "Somebody came who had waited for fewer pictures than you: everybody gets a share."
)
LARGER_SHARE = gettext_noop("Somebody came whose plan has a larger share of the workers.")
NOBODY = gettext_noop(
    "Nobody draws at the moment. It keeps its place and is drawn as soon as somebody does."
)
TRIED = gettext_noop("It was begun once and could not be finished; others went first meanwhile.")


@dataclass(frozen=True)
class Told:
    """What a person may be told about an unfinished job."""

    place: int | None = None  # 1 is next; None while it is drawn, or paused
    wait: tuple[int, int] | None = None  # seconds until it is done, from and to
    reason: str = ""  # why the place is worse than one told before, or why no time is told
    is_paused: bool = False
