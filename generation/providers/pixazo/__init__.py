"""Asks the Pixazo gateway: one order a picture, answered at once or waited for in its queue.

Sources: the vendor's pages of each model, and its own skills and demo client, which contradict one
another in places; where they do, everything that any of them describes is understood.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest, Outcome, Picture, Report
from generation.providers.errors import BadAnswer, ModelTrouble
from generation.providers.pixazo import answers, waiting
from generation.providers.pixazo.gateway import Gateway
from generation.providers.remote import results
from generation.providers.remote.adapter import Adapter, Operation, parse
from generation.providers.remote.asking import Account
from generation.providers.remote.orders import order
from generation.providers.remote.outcomes import outcome
from generation.providers.remote.queue import Queue, Ticket


class Provider:
    device = ""
    precision = ""
    loaded: tuple[str, ...] = ()
    memory = None

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Outcome]:
        report(0)
        return [
            outcome(partial(_make, number, request, report), request.api_key)
            for number, request in enumerate(requests)
        ]

    def tidy(self) -> None:
        """Nothing is kept."""


def _make(number: int, request: ImageRequest, report: Report) -> Picture:
    adapter = _adapter(request)
    operation = adapter.operation(request.mode)
    gateway = Gateway(Account.of(request), adapter.key_header)
    ticket = Ticket.read(request.remote_id)
    url = ""
    if ticket is None:
        answer = order(
            [(number, request)],
            report,
            lambda _: _accepted(gateway, operation, request, adapter.queue),
            may_repeat=adapter.may_repeat,
        )
        url = answers.result(answer, operation.result)
        if not url:
            ticket = adapter.queue.ticket(answer)
            if ticket is None:
                raise BadAnswer(f"Neither a picture nor a number to ask for: {answer}")
            report.sent(number, str(ticket))
    if ticket is not None:
        url = waiting.wait(gateway, adapter.queue, ticket, request, report, operation.result)
    report(request.num_inference_steps)
    image = results.picture_at(request, url, exact=operation.is_exact)
    return Picture(
        image,
        {"service": gateway.host},
        remark=_remark(request, image.size),
        received=results.received(image),
    )


def _accepted(
    gateway: Gateway, operation: Operation, request: ImageRequest, queue: Queue
) -> dict[str, Any]:
    """What it answers to the order, unless that it has failed already: nothing is charged then."""
    answer = gateway.order(operation.path, operation.body(request))
    if queue.state(answer) == "failed":
        raise waiting.failure(queue, answer)
    return answer


def _adapter(request: ImageRequest) -> Adapter:
    try:
        return parse(request.adapter, needs_paths=True)
    except ValueError as error:
        raise ModelTrouble(_("This model's adapter can't be read."), details=str(error)) from None


def _remark(request: ImageRequest, size: tuple[int, int]) -> str:
    if request.mode == "upscale" or size == (request.width, request.height):
        return ""
    sentence = _("The service chose the size: %(width)s × %(height)s.")  # noqa: RUF001
    return sentence % {"width": size[0], "height": size[1]}
