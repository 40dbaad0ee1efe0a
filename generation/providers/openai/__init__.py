"""Asks any image API of OpenAI's form: OpenAI, xAI, LocalAI, or another Pixazo.

The adapter's operations may bear constants (`quality`, `response_format`, ...) and fields of their
own (`{"seed": "seed"}` where the server knows seeds), a path that is not the usual one, and the
name of the list of pictures (`result`). Source: OpenAI's published Python client; for xAI its
published OpenAPI description.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest, Outcome, Picture, Report
from generation.providers.errors import (
    BadAnswer,
    Cancelled,
    KeyRefused,
    ModelTrouble,
    ProviderError,
)
from generation.providers.openai import edits
from generation.providers.remote import results
from generation.providers.remote.adapter import Adapter, Operation, parse
from generation.providers.remote.asking import Account, ask
from generation.providers.remote.failures import for_staff
from generation.providers.remote.orders import Numbered, may_be_made, order
from generation.providers.remote.outcomes import outcome


class Provider:
    device = ""
    precision = ""
    loaded: tuple[str, ...] = ()
    memory = None

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Outcome]:
        report(0)
        numbered = list(enumerate(requests))
        # One call may make several pictures, but of one prompt and with one key only.
        if len({(request.prompt, request.api_key) for request in requests}) == 1:
            return _make(numbered, report)
        return [made for each in numbered for made in _make([each], report)]

    def tidy(self) -> None:
        """Nothing is kept."""


def _make(requests: Sequence[Numbered], report: Report) -> list[Outcome]:
    try:
        with for_staff(requests[0][1].api_key):
            return _ordered(requests, report)
    except (ProviderError, Cancelled) as error:
        if len(requests) > 1 and isinstance(error, ProviderError) and not may_be_made(error):
            raise
        return [error for _ in requests]


def _ordered(requests: Sequence[Numbered], report: Report) -> list[Outcome]:
    request = requests[0][1]
    adapter = _adapter(request)
    operation = adapter.operations.get(request.mode, Operation())

    def place(wanted: Sequence[Numbered]) -> tuple[Sequence[Numbered], dict[str, Any]]:
        return wanted, _call(wanted, operation.path, _body(request, operation, len(wanted)))

    wanted, answer = order(requests, report, place, may_repeat=adapter.may_repeat)
    data = next((answer[name] for name in operation.result or ("data",) if answer.get(name)), None)
    if not isinstance(data, list) or not data:
        raise BadAnswer(f"No pictures: {answer}")
    report(request.num_inference_steps)
    is_exact = _body(request, operation, 1).get("size") == f"{request.width}x{request.height}"
    made = {
        number: outcome(partial(_picture, each, data, place, is_exact=is_exact), each.api_key)
        for place, (number, each) in enumerate(wanted)
    }
    return [made.get(number, Cancelled()) for number, _ in requests]


def _body(request: ImageRequest, operation: Operation, count: int) -> dict[str, Any]:
    body = {
        "model": request.address,
        "prompt": request.prompt,
        "n": count,
        "size": f"{request.width}x{request.height}",
    }
    # A constant null takes out what this service does not know: xAI has no size, but aspect_ratio.
    return {
        name: each for name, each in (body | operation.body(request)).items() if each is not None
    }


def _call(wanted: Sequence[Numbered], path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = wanted[0][1]
    account = Account.of(request)
    if not account.api_key and urlsplit(account.base_url).scheme == "https":
        raise KeyRefused(_("There is no key for this model's service yet."), code="no_key")
    headers = account.headers
    if request.token:
        # For servers that know it: the same for each attempt at these pictures.
        headers["Idempotency-Key"] = f"{request.token}-{len(wanted)}"
    post = partial(ask, account, "POST", headers=headers, is_counted=True)
    form = body.pop("edits", "multipart")
    if request.source is None and not request.references:
        return post(f"{account.base_url}{path or '/images/generations'}", data=body)
    url = f"{account.base_url}{path or '/images/edits'}"
    if form == "json":
        return post(url, data=body | edits.as_json(request))
    texts = {name: _text(value) for name, value in body.items()}
    return post(url, form=texts, files=edits.as_files(request))


def _picture(request: ImageRequest, data: Sequence[Any], place: int, *, is_exact: bool) -> Picture:
    """The one at that place of what the service made."""
    if place >= len(data):
        raise ProviderError(
            _("The service made fewer pictures than it was asked for."),
            code="wrong_count",
            details=f"It made {len(data)}.",
        )
    made = data[place]
    if not isinstance(made, Mapping):
        raise BadAnswer(f"No picture: {made}")
    text, url = made.get("b64_json"), made.get("url")
    if isinstance(text, str) and text:
        image = results.picture_in(request, text, exact=is_exact)
    elif isinstance(url, str) and url:
        image = results.picture_at(request, url, exact=is_exact)
    else:
        raise BadAnswer(f"No picture: {made}")
    host = urlsplit(request.base_url).hostname or ""
    return Picture(image, {"service": host}, received=results.received(image))


def _adapter(request: ImageRequest) -> Adapter:
    try:
        return parse(request.adapter) if request.adapter else Adapter({})
    except ValueError as error:
        raise ModelTrouble(_("This model's adapter can't be read."), details=str(error)) from None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
