"""What the doors of an account take and answer."""

from accounts.api import webhook
from accounts.models import Delivery
from accounts.models.webhook import LONGEST
from accounts.views.notices import Notices
from accounts.views.preferences import Preferences
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    LIMIT,
    Schema,
    choice,
    flag,
    free,
    ident,
    listed,
    maybe,
    moment,
    sent,
    text,
    thing,
    whole,
)

NOTICE = thing(
    "Notice",
    id=ident(),
    text=text(),
    link=text("A path on this site, or empty."),
    kind=text(),
    created=moment(),
    seen=maybe(moment()),
)
NOTICES = thing("Notices", notices=listed(NOTICE), unseen=whole())
SEEN = sent("Seen", needs="seen", seen={"anyOf": [flag("true: all."), listed(ident())]})
PREFERENCES = free("Each by its name; what was never chosen has its default.")

EVENT = choice(*webhook.EVENTS)
WEBHOOK_FIELDS: dict[str, Schema] = {
    "url": text(),
    "events": listed(EVENT),
    "possible_events": listed(text()),
    "active": flag(),
    "failures": whole(),
    "failing_since": maybe(moment()),
}
WEBHOOK = thing("Webhook", **WEBHOOK_FIELDS)
KEPT_WEBHOOK = thing("WebhookKept", **WEBHOOK_FIELDS, secret=text("With which calls are signed."))
WEBHOOK_SENT = sent(
    "WebhookSent",
    needs="url",
    url=text(minLength=1, maxLength=LONGEST),
    events=maybe(listed(EVENT, "Without it those that were chosen stay.")),
)
DELIVERY = thing(
    "Delivery",
    id=ident(),
    event=text(),
    state=choice(*Delivery.State.values),
    attempts=whole(),
    said=maybe(text()),
    created=moment(),
    ended=maybe(moment()),
    next_attempt=maybe(moment()),
)

OPERATIONS: Operations = {
    webhook.OneWebhook: {
        "GET": Operation("Your address that is called", WEBHOOK, refusals=(404,)),
        "PUT": Operation("Keep it", KEPT_WEBHOOK, body=WEBHOOK_SENT),
        "DELETE": Operation("Forget it", refusals=(404,)),
    },
    webhook.Secret: {
        "POST": Operation("Another secret", thing("WebhookSecret", secret=text()), refusals=(404,))
    },
    webhook.Test: {
        "POST": Operation("Call it now", DELIVERY, refusals=(404, 409, 429)),
    },
    webhook.Deliveries: {
        "GET": Operation(
            "The last calls and what came of them",
            thing("Deliveries", deliveries=listed(DELIVERY)),
            query={"limit": LIMIT},
        )
    },
    Notices: {
        "GET": Operation("What you were told, newest first", NOTICES),
        "PATCH": Operation("Say that you have looked at them", NOTICES, body=SEEN),
        "DELETE": Operation("Forget them all"),
    },
    Preferences: {
        "GET": Operation("How you like the site", PREFERENCES),
        "PATCH": Operation(
            "Change some of it", PREFERENCES, body=free("null is the default again.")
        ),
    },
}
