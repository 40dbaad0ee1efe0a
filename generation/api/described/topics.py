"""Topics, and the trash of all but pictures."""

from generation.api import topics, trash
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
    ident,
    maybe,
    moment,
    page_of,
    sent,
    text,
    thing,
    url,
    whole,
)

TOPIC = thing(
    "Topic",
    id=ident(),
    workspace=text(),
    name=text("Empty until the first prompt gives one."),
    title=text(),
    cover_url=maybe(url()),
    images=whole("Up to 1,000."),
    drawing=whole("Up to 1,000."),
    created=moment(),
    last_used=moment(),
)
THROWN = thing(
    "Thrown",
    kind=text(),
    id=ident(),
    name=text(),
    workspace=maybe(text()),
    deleted=moment(),
    until=moment("Until when it can be had back."),
)
BACK = thing("PutBack", kind=text(), id=ident(), name=text())

OPERATIONS: Operations = {
    topics.Topics: {
        "GET": Operation(
            "Topics of a workspace, used last first",
            page_of("topics", TOPIC),
            query={"workspace": text("A slug; without it where you worked last."), **PAGED},
            refusals=(404,),
        ),
        "POST": Operation(
            "Make one",
            TOPIC,
            201,
            body=sent("NewTopic", name=text(), workspace=text()),
            refusals=(404, 409),
        ),
    },
    topics.TopicDoor: {
        "GET": Operation("One topic", TOPIC),
        "PATCH": Operation(
            "Name it, or choose its cover",
            TOPIC,
            body=sent("TopicChange", name=text(), cover=maybe(ident()), was=text()),
        ),
        "DELETE": Operation("Into the trash with its pictures, for 30 days"),
    },
    topics.Restore: {"POST": Operation("Back from the trash", TOPIC, refusals=(409,))},
    trash.Trash: {
        "GET": Operation("What can be had back", page_of("things", THROWN), query=PAGED),
    },
    trash.PurgeWorkspace: {"DELETE": Operation("Delete a workspace of the trash for good")},
    trash.PutBack: {"POST": Operation("Have it back", BACK, refusals=(409,))},
}
