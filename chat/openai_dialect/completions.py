"""`POST /v1/chat/completions`: what any client of OpenAI's form says to the site (S045, S145)."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase

from chat import limits
from chat.models import ChatModel
from chat.openai_dialect import asked as wishes
from chat.openai_dialect import drawing
from chat.openai_dialect.asked import Asked
from chat.openai_dialect.speaking import Speaking
from generation.models import ImageModel, ModelAlias
from generation.openai_dialect.naming import SUFFIX
from generation.openai_dialect.retries import COUNTER
from generation.submit import digest_of
from pixazo import later
from pixazo.api import DoorRequest
from pixazo.json_body import PictureJsonBody
from pixazo.openai_form.door import OpenAIDoor
from pixazo.openai_form.listing import unknown
from pixazo.rationing import takes_place
from pixazo.scopes import GENERATE

RETRIES = 2  # that a client makes by itself
RETRY_SECONDS = 30 * 60


class Completions(OpenAIDoor):
    """The language models cost no units; how much one may say to them is limited as on the site's
    own pages. Nothing of it is kept here. An image model draws, for units."""

    scopes = {"POST": GENERATE}
    parser_classes = [PictureJsonBody]

    def post(self, request: DoorRequest) -> HttpResponseBase:
        body = dict(request.data)
        asked = wishes.read(body)
        plain: HttpRequest = request._request  # noqa: SLF001  the server's own
        model = _language_model(request.user, asked.model)
        if model is None:
            watch = drawing.ordered(request, asked, body)
            return later.answer(plain, watch, is_stream=asked.stream)
        asked.check(vision=model.vision)  # or it is refused before it counts
        _count(request, body)
        return _spoken(plain, Speaking(model, asked, request.user), asked)


def _spoken(request: HttpRequest, speaking: Speaking, asked: Asked) -> HttpResponseBase:
    if isinstance(request, ASGIRequest):
        speaking.begin()
    else:
        speaking.run()  # this thread waits anyway
    return later.answer(request, speaking, is_stream=asked.stream, slow_to_begin=True)


def _language_model(person: Any, name: str) -> ChatModel | None:
    """None: an image model is meant. Without a name the first that answers. Raises `UserError`."""
    usable = ChatModel.objects.usable_by(person)
    found = usable.first() if not name else None
    if name.isascii() and name.isprintable():
        found = found or usable.filter(slug=name).first()
    if found is not None:
        return found
    if not _is_drawn(person, name):
        raise unknown(name)
    return None


def _is_drawn(person: Any, name: str) -> bool:
    if not (name.isascii() and name.isprintable()):
        return False
    bare = name.removesuffix(SUFFIX)
    mine = ImageModel.objects.usable_by(person).filter(slug=bare)
    return bool(bare) and (mine.exists() or ModelAlias.objects.of(bare) is not None)


def _count(request: DoorRequest, body: Mapping[str, Any]) -> None:
    """What a client sends again by itself, because an answer broke off, was counted before."""
    who = request.auth.pk if request.auth else request.user.pk
    name = f"openai-chat:{who}:{digest_of(body)}"
    counted = request.headers.get(COUNTER, "")
    is_retry = counted.isascii() and counted.isdigit() and counted.strip("0") != ""
    if is_retry and cache.get(name) and takes_place(f"{name}:again", RETRIES, RETRY_SECONDS):
        return
    limits.take(request.user)
    if counted:
        cache.set(name, True, RETRY_SECONDS)
