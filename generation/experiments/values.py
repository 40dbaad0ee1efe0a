"""Reads what somebody typed for an axis: a list, or a range such as "4-12 step 2"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from pixazo.texts.kept import shown
from pixazo.texts.numbers import counted, written

MOST = 50  # values of one axis

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
RANGE = re.compile(
    rf"({NUMBER})\s*(?:-|\u2013|\.\.|to)\s*({NUMBER})(?:\s*(?:step|by)\s*({NUMBER}))?",
    re.ASCII | re.IGNORECASE,
)
LONGEST = 12  # characters of a number: no number of a request has more


def numbers(text: str, label: str, step: float = 1) -> list[float]:
    """Each once, in the order as typed; raises `ValueError` with a sentence.

    `step` is that of a range without one.
    """
    found: list[float] = []
    for part in parts(text):
        for number in _numbers(part, label, step):
            if number not in found:
                found.append(number)
            check_count(found, label)
    return found


def parts(text: str) -> list[str]:
    """By commas, semicolons and lines."""
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def check_count(found: "list[float] | list[str]", label: str) -> None:
    if len(found) > MOST:
        raise ValueError(
            _("%(label)s: an axis may have up to %(most)s values.")
            % {"label": shown(label), "most": MOST}
        )


def _numbers(part: str, label: str, step: float) -> Iterator[float]:
    if match := RANGE.fullmatch(part):
        yield from _range(match[1], match[2], match[3], label, step)
        return
    if len(part) > LONGEST or not re.fullmatch(NUMBER, part, re.ASCII):
        raise ValueError(
            _("%(label)s: “%(part)s” is neither a number nor a range such as 4-12 step 2.")
            % {"label": shown(label), "part": part[:40]}
        )
    yield _plain(Decimal(part))


def _range(first: str, last: str, by: str | None, label: str, usual: float) -> Iterator[float]:
    if any(len(each) > LONGEST for each in (first, last, by or "")):
        raise ValueError(
            _("%(label)s: this range has numbers that are too long.") % {"label": shown(label)}
        )
    begin, end = Decimal(first), Decimal(last)
    step = Decimal(by) if by else Decimal(str(usual))
    if step <= 0:
        raise ValueError(
            _("%(label)s: the step of a range must be above 0.") % {"label": shown(label)}
        )
    count = int(abs(end - begin) / step) + 1
    if count > MOST:
        raise ValueError(
            _(
                "%(label)s: %(begin)s to %(end)s in steps of %(step)s makes %(count)s"
                " values; an axis may have up to %(most)s."
            )
            % {
                "label": shown(label),
                "begin": written(float(begin)),
                "end": written(float(end)),
                "step": written(float(step)),
                "count": counted(count),
                "most": MOST,
            }
        )
    sign = 1 if end >= begin else -1
    for number in range(count):
        yield _plain(begin + sign * number * step)


def _plain(number: Decimal) -> float:
    return int(number) if number == int(number) else float(number)
