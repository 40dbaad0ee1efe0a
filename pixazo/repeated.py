"""A request that is sent twice because its answer got lost is answered twice and done once.

`Idempotency-Key` names it. Orders of pictures keep theirs with their rows for good
(`generation/submit.py`); of all other doors that make something the answer is remembered here for
a day, by person, address and key, in rows that nothing else pushes out.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.response import Response

from pixazo.errors import UserError
from pixazo.models import Answered

KEY_LENGTH = 100
DAY = timedelta(days=1)
UNDER_WAY = timedelta(seconds=120)  # after which whoever was at it is taken for gone


class Repeated(Exception):
    """The answer was given before; DRF's exception handler gives it again."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__()
        self.response = Response(body, status=status, headers={"Idempotency-Replayed": "true"})


@dataclass(frozen=True)
class Memory:
    """Of a request that is under way."""

    name: str
    turn: str

    def keep(self, response: Any) -> None:
        """What was refused may be asked again with the same key."""
        # Not another's, who took this one for gone.
        mine = Answered.objects.filter(name=self.name, turn=self.turn)
        if not 200 <= response.status_code < 300:
            mine.delete()
            return
        body = response.rendered_content.decode() if response.data is not None else None
        mine.update(status=response.status_code, body=body, until=now() + DAY)


def key_of(request: Any) -> str:
    """Empty where none was sent."""
    key = str(request.headers.get("Idempotency-Key", "")).strip()
    if len(key) > KEY_LENGTH or not key.isascii() or not (key.isprintable() or not key):
        sentence = _("Idempotency-Key may be up to %(key_length)s plain characters long.") % {
            "key_length": KEY_LENGTH
        }
        raise UserError(sentence, code="invalid")
    return key


def take(request: Any) -> Memory | None:
    """Raises `Repeated` with the answer of before, and `UserError` where the first is under way or
    was another request."""
    key = key_of(request)
    if not key:
        return None
    path = request.path_info.replace("/api/v1/", "/api/", 1)
    asked = f"{request.user.pk} {request.method} {path} {key}"
    sent = json.dumps([request.data, request.query_params.dict()], sort_keys=True, default=str)
    row = Answered(
        name=sha256(asked.encode()).hexdigest(),
        person_id=request.user.pk,
        turn=token_hex(16),
        digest=sha256(sent.encode("utf-8", "surrogatepass")).hexdigest(),
        until=now() + UNDER_WAY,
    )
    known = _first(row)
    if known is None:
        return Memory(row.name, row.turn)
    if known.digest != row.digest:
        sentence = _("This idempotency key was used for a different request before.")
        raise UserError(sentence, code="idempotency_key_reused", status=422)
    if known.status is None:
        sentence = _("The same request is being answered. Ask again in a moment.")
        raise UserError(sentence, code="under_way", status=409, retry_after=2)
    # Empty where no key of the site's reads it any more: it was done, at least.
    raise Repeated(known.status, json.loads(known.body) if known.body else None)


def forget() -> None:
    """What is over."""
    Answered.objects.filter(until__lt=now()).delete()


def _first(row: Answered) -> Answered | None:
    """The row of whoever was first; None if it is this one's turn."""
    rows = Answered.objects.filter(name=row.name)
    for _attempt in range(3):
        # Of two at once one is in, and the other finds its row.
        Answered.objects.bulk_create([row], ignore_conflicts=True)
        known = rows.first()
        if known is None:
            continue  # it was refused, and is forgotten since
        if known.turn == row.turn:
            return None
        if known.until > now():
            return known
        # Its time is over: again one of two is first.
        over = rows.filter(turn=known.turn, until=known.until)
        fresh = {"turn": row.turn, "digest": row.digest, "until": row.until}
        if over.update(**fresh, status=None, body=None):
            return None
    return row  # they take turns faster than anybody could ask: as if it were under way
