"""Where Stripe tells what happened: written down, answered, and worked on afterwards."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import tasks
from billing.stripe.incoming import MOST_BYTES, WrongWebhook, keep

log = logging.getLogger(__name__)


@csrf_exempt  # its signature is more than a token
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    if not (settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS):
        return _refused(WrongWebhook("No payments are set up here.", status=404))
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _refused(WrongWebhook("This is too long for an event.", status=413))
    try:
        event = keep(body, request.headers.get("Stripe-Signature", ""))
    except WrongWebhook as error:
        log.warning(
            "A webhook from %s was refused: %s", request.META.get("REMOTE_ADDR"), error.sentence
        )
        return _refused(error)
    if event is not None:
        tasks.ring(event.pk)
    return JsonResponse({"received": True})


def _refused(error: WrongWebhook) -> HttpResponse:
    return JsonResponse(error.as_dict(), status=error.status)
