"""What the doors of the assistant take and answer."""

from chat.api import assistant, chats, comments, messages
from chat.models import Message
from generation.api.described.pictures import COMMENTS
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
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
    whole,
)

BY = text("The language model that answered, or `local`.")
PROMPT = text("What the picture shall show.", minLength=1, maxLength=4000)
WORKSPACE = maybe(text("A slug; without it where you worked last."))
ENHANCED = thing("Enhanced", prompt=text(), notes=listed(text()), by=BY)
RECOMMENDED = thing(
    "Recommended",
    model_id=text(),
    model=text("A slug."),
    name=text(),
    reason=text(),
    by=BY,
)
SUGGESTED = thing(
    "Suggested",
    styles=listed(
        thing(
            "SuggestedStyle",
            id=maybe(ident()),
            name=text(),
            positive_prompt=text(),
            negative_prompt=text(),
            reason=text(),
            new=flag(),
        )
    ),
    notes=listed(text()),
    by=BY,
)
CHAT = thing(
    "Chat",
    id=ident(),
    workspace=text("Its slug."),
    title=text(),
    model=text("A slug."),
    created=moment(),
    updated=moment(),
)
MESSAGE = thing(
    "Message",
    id=ident(),
    chat=ident(),
    role=choice(*Message.Role.values),
    content=text(),
    state=choice(*Message.State.values),
    model=maybe(text()),
    note=maybe(text()),
    problem=maybe(text("Why there is no answer, or not all of it.")),
    proposal=maybe(free("What the assistant would change of the form.")),
    images=listed(text()),
    author=maybe(text()),
    created=moment(),
)
NEW_CHAT = sent("NewChat", title=text(), model=text("A slug; without it the workspace's."))
CHAT_FILE = free("As `export` answers it.")
ASKED = sent(
    "Asked",
    needs="content",
    content=text(),
    images=listed(ident(), "Up to four pictures or uploads of the workspace."),
    stream=flag("Answer with events while it comes."),
)
CHAT_MODELS = thing(
    "ChatModels",
    models=listed(thing("ChatModel", slug=text(), name=text(), vision=flag())),
    default=maybe(text("What a new chat begins with.")),
)
REFUSED = (404, 422, 429, 502, 504)
UNABLE = (404, 409, 413, 422, 429, 502, 504)

OPERATIONS: Operations = {
    assistant.Enhance: {
        "POST": Operation(
            "A prompt that says more",
            ENHANCED,
            body=sent(
                "ToEnhance", needs="prompt", prompt=PROMPT, model=maybe(text()), seed=maybe(whole())
            ),
            refusals=REFUSED,
        )
    },
    assistant.RecommendModel: {
        "POST": Operation(
            "The model that suits a prompt",
            RECOMMENDED,
            body=sent(
                "ToRecommend",
                needs="prompt",
                prompt=PROMPT,
                style=maybe(text("An id, a name or words.")),
                workspace=WORKSPACE,
            ),
            refusals=REFUSED,
        )
    },
    assistant.SuggestStyles: {
        "POST": Operation(
            "Styles that suit a prompt, those that are there first",
            SUGGESTED,
            body=sent(
                "ToStyle", needs="prompt", prompt=PROMPT, workspace=WORKSPACE, seed=maybe(whole())
            ),
            refusals=REFUSED,
        )
    },
    chats.Models: {
        "GET": Operation("Who answers", CHAT_MODELS, query={"workspace": text()}, refusals=(404,))
    },
    chats.Chats: {
        "GET": Operation(
            "Chats of a workspace, used last first", page_of("chats", CHAT), query=PAGED
        ),
        "POST": Operation("Begin one", CHAT, 201, body=NEW_CHAT, refusals=UNABLE),
    },
    chats.Arrivals: {
        "POST": Operation("A file becomes a chat", CHAT, 201, body=CHAT_FILE, refusals=UNABLE)
    },
    chats.ChatDoor: {
        "GET": Operation("One of them", CHAT),
        "PATCH": Operation("Name it, or have another model answer", CHAT, body=NEW_CHAT),
        "DELETE": Operation("Into the trash, for 30 days"),
    },
    chats.Restore: {"POST": Operation("Back from the trash", CHAT, refusals=(409,))},
    chats.Export: {"GET": Operation("All of it, as a file", CHAT_FILE)},
    chats.Import: {
        "POST": Operation(
            "The messages of a file, behind those that are here",
            thing("MessagesTaken", messages=whole()),
            201,
            body=CHAT_FILE,
            refusals=UNABLE,
        )
    },
    comments.OfChat: COMMENTS,
    messages.Messages: {
        "GET": Operation(
            "What was said: the latest page first", page_of("messages", MESSAGE), query=PAGED
        ),
        "POST": Operation(
            "Ask",
            MESSAGE,
            201,
            body=ASKED,
            files=("text/event-stream",),
            also={202: MESSAGE},
            refusals=UNABLE,
        ),
    },
    messages.MessageDoor: {
        "GET": Operation("One message", MESSAGE),
        "DELETE": Operation("Delete it for good", refusals=(409,)),
    },
    messages.Stop: {"POST": Operation("Stop an answer", MESSAGE, refusals=(409,))},
    messages.Again: {
        "POST": Operation(
            "The latest answer anew", MESSAGE, 201, also={202: MESSAGE}, refusals=UNABLE
        )
    },
}
