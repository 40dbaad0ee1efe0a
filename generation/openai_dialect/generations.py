"""`POST /v1/images/generations`: a picture from words."""

from django.http import HttpRequest, HttpResponseBase

from generation.models import Batch
from generation.openai_dialect import wording
from generation.openai_dialect.order import order
from generation.openai_dialect.waiting import Telling, Waiting
from generation.openai_dialect.wording import Asked
from pixazo import later
from pixazo.api import DoorRequest
from pixazo.openai_form.door import OpenAIDoor
from pixazo.scopes import GENERATE


class Generations(OpenAIDoor):
    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> HttpResponseBase:
        body = dict(request.data)
        asked = wording.read(body)
        batch = order(request, asked, body, {})
        return waited_for(request, asked, batch, "image_generation")


def waited_for(request: DoorRequest, asked: Asked, batch: Batch, kind: str) -> HttpResponseBase:
    """The answer once it is there; or events of `kind` until then."""
    base = request.build_absolute_uri("/").rstrip("/")
    plain: HttpRequest = request._request  # noqa: SLF001  the server's own
    if asked.stream:
        return later.answer(plain, Telling(asked, batch, base, kind), is_stream=True)
    return later.answer(plain, Waiting(asked, batch, base))
