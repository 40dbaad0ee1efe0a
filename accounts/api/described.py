"""What the doors of an account take and answer."""

from accounts.api import exports, webhook
from accounts.api import help as desk
from accounts.desk.files import MOST as MOST_FILES
from accounts.models import DataExport, Delivery, Ticket, TicketEvent
from accounts.models.ticket import SUBJECT, WORDS
from accounts.models.webhook import LONGEST
from accounts.views.notices import Notices
from accounts.views.preferences import Preferences
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
    Schema,
    choice,
    flag,
    free,
    ident,
    listed,
    maybe,
    moment,
    page_of,
    sent,
    text,
    thing,
    url,
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

EXPORT = thing(
    "DataExport",
    id=ident(),
    state=choice(*DataExport.State.values),
    done=whole("Files that are in it."),
    total=whole("0: not known yet."),
    bytes=whole(),
    created=moment(),
    expires=maybe(moment()),
    file_url=maybe(url()),
)
REQUEST_FIELDS: dict[str, Schema] = {
    "number": whole(),
    "subject": text(),
    "category": choice(*Ticket.Category.values),
    "state": choice(*Ticket.State.values, says="open: staff's turn; waiting: yours."),
    "job_id": maybe(ident("What it is about.")),
    "created": moment(),
    "moved": moment(),
    "url": url(),
    "page_url": url(),
}
REQUEST = thing("HelpRequest", **REQUEST_FIELDS)
REQUEST_FILE = thing(
    "HelpFile", id=ident(), name=text(), content_type=text(), bytes=whole(), url=url()
)
WHOLE_REQUEST = thing(
    "HelpRequestWhole",
    **REQUEST_FIELDS,
    messages=listed(
        thing(
            "HelpMessage",
            id=ident(),
            by_staff=flag(),
            text=text(),
            created=moment(),
            files=listed(REQUEST_FILE),
        )
    ),
    history=listed(
        thing(
            "HelpEvent",
            what=choice(*(each for each in TicketEvent.What if each not in TicketEvent.INTERNAL)),
            by_staff=flag(),
            created=moment(),
        )
    ),
)
MESSAGE_TEXT = text(minLength=1, maxLength=WORDS)
FILES = listed(text(format="binary"), "PNG, JPEG, WebP, PDF or plain text.", maxItems=MOST_FILES)
ASKED: dict[str, Schema] = {
    "subject": text(minLength=1, maxLength=SUBJECT),
    "category": choice(*Ticket.Category.values),
    "text": MESSAGE_TEXT,
    "job_id": ident("A picture on its way, or one that failed."),
}
ASK = sent("NewHelpRequest", needs="subject category text", **ASKED)
ASK_FORM = sent("NewHelpRequestForm", needs="subject category text", **ASKED, files=FILES)
WRITE = sent("NewHelpMessage", needs="text", text=MESSAGE_TEXT)
WRITE_FORM = sent("NewHelpMessageForm", needs="text", text=MESSAGE_TEXT, files=FILES)

OPERATIONS: Operations = {
    exports.Exports: {
        "GET": Operation("Files of your own data", page_of("exports", EXPORT), query=PAGED),
        "POST": Operation("Have all that is yours put together", EXPORT, 202, refusals=(409,)),
    },
    exports.OneExport: {
        "GET": Operation("How far it is", EXPORT),
        "DELETE": Operation("Delete it; what is at work stops"),
    },
    exports.ExportFile: {"GET": Operation("The file", files=("application/zip",))},
    desk.Requests: {
        "GET": Operation("What you have asked staff", page_of("requests", REQUEST), query=PAGED),
        "POST": Operation(
            "Ask staff", WHOLE_REQUEST, 201, body=ASK, form=ASK_FORM, refusals=(413, 415, 429)
        ),
    },
    desk.OneRequest: {"GET": Operation("A request with what was written", WHOLE_REQUEST)},
    desk.Messages: {
        "POST": Operation(
            "Write into it",
            WHOLE_REQUEST,
            201,
            body=WRITE,
            form=WRITE_FORM,
            refusals=(409, 413, 415, 429),
        )
    },
    desk.Close: {"POST": Operation("Close it", WHOLE_REQUEST)},
    desk.Reopen: {"POST": Operation("Open it again", WHOLE_REQUEST, refusals=(429,))},
    desk.OneFile: {
        "GET": Operation("A file of it", files=("image/png", "application/pdf", "text/plain"))
    },
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
            page_of("deliveries", DELIVERY),
            query=PAGED,
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
