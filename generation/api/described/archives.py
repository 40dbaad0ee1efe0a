"""Archives of workspaces."""

from generation.api import archives
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
    choice,
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
from workspaces.archive.arriving import Policy
from workspaces.models import ArchiveJob

FOUND = thing(
    "FoundInArchive",
    "What it would bring.",
    lines=listed(
        thing("FoundLine", title=text(), new=whole(), same=whole(), conflict=whole("Otherwise."))
    ),
    pictures=whole(),
    missing=whole("Pictures that were deleted while it was written."),
    bytes=whole(),
)
CAME = thing(
    "CameOfArchive",
    "What has come.",
    lines=listed(thing("CameLine", title=text(), new=whole(), changed=whole(), left=whole())),
    held=whole("Pictures that the safety check keeps out."),
    missing=whole(),
)
ARCHIVE = thing(
    "Archive",
    id=ident(),
    kind=choice(*ArchiveJob.Kind.values),
    state=choice(*ArchiveJob.State.values),
    workspace=maybe(text("A slug; null for a new one that is still to be.")),
    name=text("Of the file."),
    bytes=whole(),
    done=whole("Pictures."),
    total=whole("0: not known yet."),
    found=maybe(FOUND),
    came=maybe(CAME),
    error=maybe(text()),
    created=moment(),
    expires=maybe(moment()),
    file_url=maybe(url()),
    parts_url=maybe(url()),
    most_bytes_of_a_part=maybe(whole()),
)
WHERE = text("A slug or an id; without it, into a new workspace.")
FILE: dict[str, object] = {"type": "string", "format": "binary"}

OPERATIONS: Operations = {
    archives.OfWorkspace: {
        "POST": Operation("Have it written as one file", ARCHIVE, 202, refusals=(409,))
    },
    archives.Archives: {
        "GET": Operation("Yours, the latest first", page_of("archives", ARCHIVE), query=PAGED),
        "POST": Operation(
            "Send one: a small file at once, of a large one its name and size",
            ARCHIVE,
            202,
            body=sent("NewArchive", needs="name size", name=text(), size=whole(), workspace=WHERE),
            form=sent("ArchiveSent", needs="file", file=FILE, workspace=WHERE),
            refusals=(404, 409, 413),
        ),
    },
    archives.OneArchive: {
        "GET": Operation("How far it is", ARCHIVE),
        "DELETE": Operation("Delete the file; what is at work stops"),
    },
    archives.ArchiveFile: {"GET": Operation("The file", files=("application/gzip",))},
    archives.Parts: {
        "POST": Operation(
            "The next part of what is being sent",
            ARCHIVE,
            form=sent("ArchivePart", needs="part number", part=FILE, number=whole("From 0 on.")),
            refusals=(409, 413),
        )
    },
    archives.Look: {
        "POST": Operation("All parts are there: look at it", ARCHIVE, 202, refusals=(409,))
    },
    archives.Take: {
        "POST": Operation(
            "Take it in",
            ARCHIVE,
            202,
            body=sent("TakeArchive", policy=choice(*Policy)),
            needs_body=False,
            refusals=(409,),
        )
    },
}
