"""Dragon Wings' doors (S309-S313): under `/dragon-wings/`, as a client with that base finds them,
and those of `/api/` whose addresses were free there, too."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api import generate, spellings, visible
from generation.api.aliases import dragon_words
from generation.api.aliases.door import FastApiDoor
from generation.api.form_body import PARSERS, body_of
from generation.api.health import Health as OurHealth
from generation.families import are_alike
from generation.models import ImageModel, Lora
from pixazo import __version__
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import GENERATE, READ

FROM_TEXT = {"width": 512, "height": 512, "num_inference_steps": 30, "guidance_scale": 7.5}
FROM_A_PICTURE = {"num_inference_steps": 50, "guidance_scale": 7.5, "strength": 0.75}
INPAINTING = {"num_inference_steps": 30, "guidance_scale": 7.5, "strength": 0.8}
# Read and refused where they are wrong; our edges run into each other in a way of their own.
BLUR = ("blur_mask", "blur_factor")


class Root(FastApiDoor):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response(
            {
                "message": "Pixazo",
                "version": __version__,
                "docs": "/api/v1/docs",
                "health": "/dragon-wings/api/health",
            }
        )


class Health(OurHealth):
    """`healthy`, `degraded` or `unhealthy`; what the machines are is for staff."""

    def get(self, request: Request) -> Response:
        answer = super().get(request)
        return Response(dragon_words.health(answer.data), status=answer.status_code)


class Models(FastApiDoor):
    scopes = {"GET": READ}
    successor = "models"

    def get(self, request: DoorRequest) -> Response:
        models = list(ImageModel.objects.usable_by(request.user))
        return Response(dragon_words.models(models))


class Loras(FastApiDoor):
    """`?model_key=`: those that fit it."""

    scopes = {"GET": READ}
    successor = "models"

    def get(self, request: DoorRequest) -> Response:
        key = request.query_params.get("model_key")
        found = {lora.slug: lora for lora in Lora.objects.usable_by(request.user)}
        if key is not None:
            usable = ImageModel.objects.usable_by(request.user)
            model = usable.filter(slug=dragon_words.known(key)[:50].replace("\0", "")).first()
            fits = model.family if model and model.contract.loras else None
            found = {
                slug: lora for slug, lora in found.items() if fits and are_alike(lora.family, fits)
            }
        answers = {slug: dragon_words.lora(each) for slug, each in found.items()}
        return Response({"filter_model": key, "count": len(answers), "loras": answers})


class OneLora(FastApiDoor):
    scopes = {"GET": READ}
    successor = "models"

    def get(self, request: DoorRequest, key: str) -> Response:
        if not (key.isascii() and key.isprintable()):
            raise Http404
        found = get_object_or_404(Lora.objects.usable_by(request.user), slug=key)
        return Response(dragon_words.lora(found))


class Generate(FastApiDoor):
    """`{prompt, model_key, num_inference_steps, ..., loras: [{key, weight}]}`."""

    scopes = {"POST": GENERATE}
    successor = "generate"
    parser_classes = PARSERS
    defaults: ClassVar[Mapping[str, Any]] = FROM_TEXT
    needed: ClassVar[tuple[str, ...]] = ("prompt",)
    mode: ClassVar[str] = "text"

    def post(self, request: DoorRequest) -> Response:
        body = _body(body_of(request))
        _check(body, self.needed)
        wording = spellings.read(body, {"model_key": "model"})
        wording.values["mode"] = self.mode
        wording.values["count"] = 1
        wording.defaults = dict(self.defaults)
        batch = generate.order(request, wording)
        job = batch.jobs.select_related("image", "batch").get()
        answer = dragon_words.status(request, job)
        answer.pop("progress_percent")
        return Response(answer | {"image_base64": None})


class FromAPicture(Generate):
    """A multipart form with `init_image`."""

    defaults = FROM_A_PICTURE
    needed = ("prompt", "init_image")
    mode = "image"


class Inpainting(Generate):
    """A multipart form with `init_image` and `mask_image`: white is drawn anew."""

    defaults = INPAINTING
    needed = ("prompt", "init_image", "mask_image")
    mode = "inpaint"


class Status(FastApiDoor):
    scopes = {"GET": READ}
    successor = "jobs"

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = visible.jobs(request.user).select_related("image", "batch")
        return Response(dragon_words.status(request, get_object_or_404(rows, pk=pk)))


def _body(sent: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in sent.items() if name not in BLUR}
    _check_blur(sent)
    if isinstance(body.get("model_key"), str):
        body["model_key"] = dragon_words.known(body["model_key"])
    if body.get("loras") is not None:
        body["loras"] = [_lora(each) for each in _list(body["loras"])]
    return body


def _check(body: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if body.get(name) in (None, "")]
    if missing:
        sentence = _("`%(name)s` is missing.")
        fields = {name: [sentence % {"name": name}] for name in missing}
        raise UserError(sentence % {"name": missing[0]}, code="invalid", fields=fields)


def _check_blur(sent: Mapping[str, Any]) -> None:
    factor = sent.get("blur_factor")
    if factor is None:
        return
    if not (str(factor).isascii() and str(factor).isdigit() and int(str(factor)[:4]) <= 100):
        sentence = _("`blur_factor` is a number from 0 to 100.")
        raise UserError(sentence, code="invalid", fields={"blur_factor": [sentence]})


def _list(given: Any) -> list[Any]:
    """A list, or one as text, as a form has it."""
    texts: Any = given if isinstance(given, list) else [given]
    if len(texts) == 1 and isinstance(texts[0], str):
        try:
            texts = json.loads(texts[0] or "[]")
        except (ValueError, RecursionError):
            texts = None
    if not isinstance(texts, list):
        sentence = _("`loras` must be a JSON list of {key, weight}.")
        raise UserError(sentence, code="invalid", fields={"loras": [sentence]})
    found: list[Any] = texts
    return found


def _lora(given: Any) -> Any:
    if not isinstance(given, Mapping) or "key" not in given:
        return given
    weight = {} if given.get("weight") is None else {"weight": given["weight"]}
    return {"lora": given["key"], **weight}
