"""Pictures that are there, what is said of them, and searches for them."""

from generation.api import comments, images, links, many, publications, smart_views
from generation.api.described.orders import MODE, SETTINGS, VERDICT
from generation.api.image import Picture
from generation.gallery.filters import ORDERS, SHAPES
from generation.models import Publication
from generation.models.disclosure import Disclosure
from generation.serving import SIZES
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

RATING = whole(minimum=0, maximum=5)
SHOWN: dict[str, Schema] = {
    "id": ident(),
    "workspace": text("Its slug."),
    "topic": ident(),
    "batch_id": ident(),
    "job_id": ident(),
    "prompt": text(),
    "mode": MODE,
    "model": text("Its name."),
    "width": whole(),
    "height": whole(),
    "bytes": whole("Of the original."),
    "colour": text("The dominant one, #rrggbb."),
    "alt": text("Alternative text."),
    "rating": RATING,
    "starred": flag(),
    "tags": listed(text()),
    "created": moment(),
    "deleted": maybe(moment("Since when in the trash.")),
    "file_url": url(),
    "small_url": url(),
}
IMAGE = thing("Image", "A picture in a list.", **SHOWN)
WHOLE_IMAGE = thing(
    "ImageDetails",
    "A picture with all that it was made with.",
    **SHOWN,
    author=text(),
    seed=whole(),
    settings=SETTINGS,
    kept_until=maybe(moment()),
    remark=maybe(text("What is odd about it.")),
    verdict=VERDICT,
    recipe_hash=text(),
    recipe=free("Everything needed to make it again."),
)
MARKS = sent(
    "ImageMarks",
    rating=RATING,
    starred=flag(),
    tags=listed(text(), "All that it should have.", maxItems=images.TAGS),
    alt=text(),
    topic=ident("Where its whole request goes."),
)
ACT = sent(
    "ActOnImages",
    "`ids`, or the `query` of a search.",
    needs="action",
    action=choice(*many.ACTIONS),
    value={
        "anyOf": [RATING, flag(), text()],
        "description": "To rate a number, to star true or false, to tag and untag a text, to move"
        " a topic's id; the others take none.",
    },
    ids=listed(ident(), minItems=1, maxItems=many.MOST),
    query=text("As the list of pictures takes it; empty: all."),
    trash=flag("true: the query looks in the trash."),
    until=ident("The query leaves out what came after this picture."),
)
FOUND: dict[str, Schema] = {
    "q": text("Words that must all be there."),
    "workspace": text("A slug."),
    "topic": ident(),
    "model": text("A name."),
    "mode": MODE,
    "shape": choice(*SHAPES),
    "since": text(format="date"),
    "until": text(format="date"),
    "steps_from": whole(minimum=0, maximum=99999),
    "steps_to": whole(minimum=0, maximum=99999),
    "rating": whole("At least.", minimum=0, maximum=5),
    "starred": choice("0", "1"),
    "tag": text(),
    "order": choice(*ORDERS),
    "trash": choice("0", "1"),
    **PAGED,
}
AS_BASE64 = thing(
    "ImageBase64",
    image_id=ident(),
    mime_type=text(),
    size=choice(*SIZES),
    width=whole("Of the original."),
    height=whole("Of the original."),
    recipe_hash=text(),
    verdict=VERDICT,
    kept_until=maybe(moment()),
    base64=text(contentEncoding="base64"),
)
COMMENT = thing(
    "Comment",
    id=ident(),
    workspace=text(),
    image=maybe(ident()),
    batch=maybe(ident()),
    chat=maybe(ident()),
    reply_to=maybe(ident()),
    author=maybe(text()),
    text=text(),
    mentioned=listed(text()),
    created=moment(),
    edited=maybe(moment()),
    resolved=maybe(moment()),
    resolved_by=maybe(text()),
    deleted=maybe(moment()),
    url=url(),
)
SAID = sent("NewComment", needs="text", text=text(), reply_to=maybe(ident()))
COMMENTS = {
    "GET": Operation(
        "What members say, the oldest first", page_of("comments", COMMENT), query=PAGED
    ),
    "POST": Operation("Say something", COMMENT, 201, body=SAID, refusals=(429,)),
}
PUBLICATION = thing(
    "Publication",
    id=ident(),
    state=choice(*Publication.State.values),
    level=choice(*Publication.Level.values, says="How much everybody sees of it."),
    by=maybe(text("Where they show their name.")),
    likes=whole(),
    liked=flag("By you."),
    published=maybe(moment()),
    width=whole(),
    height=whole(),
    prompt=maybe(text("Where it may be seen.")),
    image_id=maybe(ident("Of your own.")),
    page_url=maybe(url()),
    picture_url=maybe(url()),
    small_url=maybe(url()),
    original_url=maybe(url()),
    decision=maybe(text("Why staff refused it.")),
)
LIKED = thing("Liked", likes=whole(), liked=flag())
VIEW = thing("View", id=ident(), name=text(), query=text("As the list of pictures takes it."))
NEW_VIEW = sent("NewView", needs="name", name=text(), query=text())

LINK = thing(
    "ShareLink",
    id=ident(),
    level=choice(*Disclosure.values),
    url=url("Whoever has it sees the picture."),
    author=text(),
    created=moment(),
    expires=maybe(moment()),
    has_password=flag(),
    views=whole("By others than those who work there."),
)
NEW_LINK = sent(
    "NewShareLink",
    level=maybe(choice(*Disclosure.values)),
    days=maybe(whole("That it works; null: until it is revoked.", minimum=1, maximum=365)),
    password=maybe(text(minLength=links.SHORTEST, maxLength=links.LONGEST)),
)

OPERATIONS: Operations = {
    links.Links: {
        "GET": Operation("Its links for people outside", thing("ShareLinks", links=listed(LINK))),
        "POST": Operation("Make one", LINK, 201, body=NEW_LINK),
    },
    links.OneLink: {"DELETE": Operation("Revoke it")},
    images.Images: {
        "GET": Operation(
            "Pictures, newest first: 20 unless `limit` says otherwise",
            page_of("images", IMAGE),
            query=FOUND,
        )
    },
    images.OneImage: {
        "GET": Operation("A picture with all its parameters", WHOLE_IMAGE),
        "PATCH": Operation("Rate, tag, describe or move it", WHOLE_IMAGE, body=MARKS),
        "DELETE": Operation(
            "Into the trash; from there for good",
            query={"purge": choice("0", "1", says="1: for good, of what is in the trash.")},
        ),
    },
    many.Many: {
        "POST": Operation(
            "Do something to many at once: those that you may change",
            thing("Changed", count=whole("How many were changed.")),
            body=ACT,
        )
    },
    images.Restore: {"POST": Operation("Back from the trash", WHOLE_IMAGE)},
    Picture: {
        "GET": Operation(
            "Its file, or base64 in JSON",
            AS_BASE64,
            files=("image/png", "image/webp"),
            query={
                "size": choice(*SIZES),
                "format": choice("base64"),
                "download": choice("0", "1"),
            },
        )
    },
    comments.OfImage: COMMENTS,
    comments.OfBatch: COMMENTS,
    comments.CommentDoor: {
        "GET": Operation("One comment", COMMENT),
        "PATCH": Operation(
            "Change its words, or settle its thread",
            COMMENT,
            body=sent("CommentChange", text=text(), resolved=flag()),
            refusals=(429,),
        ),
        "DELETE": Operation("Delete it; of what was answered only the words go"),
    },
    publications.Publications: {
        "GET": Operation(
            "The public gallery",
            page_of("publications", PUBLICATION),
            query={
                "order": choice("newest", "liked"),
                "mine": choice("1", says="Your own, whatever has become of them."),
                **PAGED,
            },
        )
    },
    publications.OnePublication: {"GET": Operation("One picture of it", PUBLICATION)},
    publications.LikeDoor: {
        "PUT": Operation("Like it", LIKED),
        "DELETE": Operation("Like it no longer", LIKED),
    },
    publications.OfImage: {
        "GET": Operation("What has become of a picture of yours", PUBLICATION),
        "PUT": Operation(
            "Show it to everybody, or more or less of it; where staff look first, they do",
            PUBLICATION,
            body=sent(
                "Publish",
                needs="level",
                level=choice(*Publication.Level.values),
                names_author=flag("With your name."),
            ),
            also={201: PUBLICATION},
            refusals=(409,),
        ),
        "DELETE": Operation("Out of the public gallery"),
    },
    smart_views.SmartViews: {
        "GET": Operation("Searches that you kept", page_of("views", VIEW), query=PAGED),
        "POST": Operation("Keep a search under a name", VIEW, 201, body=NEW_VIEW),
    },
    smart_views.OneView: {"DELETE": Operation("Forget it")},
}
