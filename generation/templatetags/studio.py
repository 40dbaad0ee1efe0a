"""How the studio says numbers."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from billing.units import Units
from generation import labels
from generation.models import reason

register = template.Library()

SHORT, LONG = 20, 100  # seconds: below every number is plain, from then on minutes are said
# How many times its beginning the end of a range is.
NARROW, WIDE = 1.25, 6


@register.filter
def ordinal(number: int) -> str:
    """1 -> 1st, 2 -> 2nd, 11 -> 11th; elsewhere as the language has it."""
    if get_language() != settings.LANGUAGE_CODE:
        return _("%(number)sth") % {"number": number}
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


@register.filter
def between(seconds: tuple[int, int]) -> str:
    """(25, 40) -> 25-40 s; (50, 150) -> 50 s-3 min; (70, 150) -> 1-3 min, with the dash of ranges.
    (5, 100) -> under 2 min: so wide a range says no more than its end; (110, 125) -> about 2 min.
    """
    low, high = seconds
    minutes = -(-high // 60)
    end = f"{minutes} min" if high >= LONG else f"{high} s"
    if high >= SHORT and high >= WIDE * low:
        return _("under %(time)s") % {"time": end}
    if low == high:
        return _("about %(time)s") % {"time": end}
    if high < LONG:
        return f"{low}\u2013{end}"
    if high <= NARROW * low:
        return _("about %(time)s") % {"time": f"{round((low + high) / 120)} min"}
    return f"{low} s\u2013{end}" if low < 60 else f"{low // 60}\u2013{end}"


@register.filter
def seconds(duration: float) -> str:
    """1.234 -> 1.2 s, 12.34 -> 12 s, 83 -> 1 min 23 s."""
    if duration < 10:
        return f"{number_format(duration, 1)} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def units(number: Units) -> str:
    return ngettext("%(number)s unit", "%(number)s units", 1 if number == 1 else 2) % {
        "number": number_format(number)
    }


@register.filter
def number(value: Any) -> str:
    """Without a fraction that says nothing: 7.0 -> 7, 6.5 -> 6.5. Nothing for what is not there."""
    return f"{value:g}" if isinstance(value, int | float) else ""


@register.filter
def decimal(value: Any) -> str:
    """As `number`, for reading: 6.5 -> 6,5 where people write it so."""
    return number_format(number(value)) if number(value) else ""


register.filter("mode", labels.mode)
register.filter("scheduler", labels.scheduler)
register.filter("verdict", labels.verdict)


@register.filter
def gigabytes(size: int) -> str:
    """Bytes, for memory: 12.3 or 140."""
    amount = size / 2**30
    return number_format(amount, 1 if amount < 100 else 0)


@register.filter
def percent(share: float) -> str:
    """0.934 -> 93 %, rounded down: what is published is not more than was counted."""
    return f"{int(100 * share)} %"


@register.filter
def because(kept: Any) -> str:
    """What a request's reason says, as one text."""
    return " ".join(reason.sentences(kept))


@register.simple_tag
def tile(tile: Any, *, workspace: Any, may_change: bool) -> SafeString:
    """A picture's place on a card."""
    from generation.views import finished  # its rooms load these tags

    return finished.drawn(tile, slug=workspace.slug, may_change=may_change)


@register.simple_tag
def card_head(card: Any, *, workspace: Any) -> SafeString:
    """What stands above a card's pictures."""
    from generation.views import finished

    return finished.head(card, slug=workspace.slug)


@register.simple_tag
def gallery_item(image: Any, *, tab: str) -> SafeString:
    """A picture among the gallery's."""
    from generation.views import finished

    return finished.item(image, tab=tab)
