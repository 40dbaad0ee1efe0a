"""A request that is sent twice because its answer got lost is answered twice and done once.

`Idempotency-Key` names it. Orders of pictures keep theirs with their rows for good
(`generation/submit.py`); of all other doors that make something the answer is remembered here for
a day, by person, address and key.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.response import Response

from pixazo.errors import UserError

KEY_LENGTH = 100
DAY = 24 * 3600
UNDER_WAY = 120  # seconds after which whoever was at it is taken for gone


class Repeated(Exception):
    """The answer was given before; DRF's exception handler gives it again."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__()
        self.response = Response(body, status=status, headers={"Idempotency-Replayed": "true"})


@dataclass(frozen=True)
class Memory:
    """Of a request that is under way."""

    name: str
    digest: str

    def keep(self, response: Any) -> None:
        """What was refused may be asked again with the same key."""
        if not 200 <= response.status_code < 300:
            cache.delete(self.name)
            return
        body = json.loads(response.rendered_content) if response.data is not None else None
        known = {"digest": self.digest, "status": response.status_code, "body": body}
        cache.set(self.name, known, DAY)


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
    memory = Memory(
        f"repeated:{sha256(asked.encode()).hexdigest()}",
        sha256(sent.encode("utf-8", "surrogatepass")).hexdigest(),
    )
    if cache.add(memory.name, {"digest": memory.digest}, UNDER_WAY):
        return memory
    known = cache.get(memory.name) or {"digest": memory.digest}
    if known["digest"] != memory.digest:
        sentence = _("This idempotency key was used for a different request before.")
        raise UserError(sentence, code="idempotency_key_reused", status=422)
    if "status" not in known:
        sentence = _("The same request is being answered. Ask again in a moment.")
        raise UserError(sentence, code="under_way", status=409, retry_after=2)
    raise Repeated(known["status"], known["body"])
