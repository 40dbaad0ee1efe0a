"""Workspaces, who works there, and what has changed in them."""

from generation.api import history, people, workspaces
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    CURSOR,
    PAGED,
    choice,
    flag,
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
from workspaces.history.kinds import GROUPS, KINDS
from workspaces.roles import GIVEN, Role

ROLE = choice(*Role.values)
WORKSPACE = thing(
    "Workspace",
    id=ident(),
    slug=text(),
    name=text(),
    description=text(),
    model=text("The slug of the language model that new chats begin with."),
    owner=text(),
    role=ROLE,
    version=whole("Counts changes; the `ETag` begins with it."),
    created=moment(),
    last_used=moment(),
)
NEW = sent("NewWorkspace", needs="name", name=text(maxLength=100), description=text(maxLength=2000))
CHANGE = sent(
    "WorkspaceChange",
    name=text(maxLength=100),
    description=text(maxLength=2000),
    model=text("The slug of a language model, see /api/v1/chat/models."),
    version=maybe(whole("That you have read: another one by now is not written over.")),
)
CHANGED = Operation("Change what is sent; its owner may", WORKSPACE, body=CHANGE)
MEMBER = thing("Member", id=ident(), name=text(), role=ROLE, since=moment())
INVITATION = thing(
    "Invitation", id=ident(), email=text(), role=text(), sent=moment(), expires=moment()
)
INVITED = sent("NewInvitation", needs="email role", email=text(format="email"), role=choice(*GIVEN))
ANYTHING: dict[str, object] = {}
CHANGES = listed(
    thing("Change", **{"field": text(), "from": ANYTHING, "to": ANYTHING}), "From now to then."
)
ENTRY = thing(
    "HistoryEntry",
    "A version of something, or what was done.",
    optional="version newest id name changes may_restore whom role count",
    kind=text(),
    at=moment(),
    by=text(),
    what=text(),
    version=whole(),
    newest=whole(),
    id=text(),
    name=text(),
    changes=CHANGES,
    may_restore=flag(),
    whom=maybe(text()),
    role=maybe(text()),
    count=maybe(whole()),
)
HAD_BACK = thing("HadBack", id=text(), kind=text(), name=text())

OPERATIONS: Operations = {
    workspaces.Workspaces: {
        "GET": Operation(
            "Where you work, used last first",
            page_of("workspaces", WORKSPACE),
            query={"q": text("A part of the name."), **PAGED},
        ),
        "POST": Operation("Make one", WORKSPACE, 201, body=NEW),
    },
    workspaces.OneWorkspace: {
        "GET": Operation("One of them, by its slug or id", WORKSPACE),
        "PUT": CHANGED,
        "PATCH": CHANGED,
        "DELETE": Operation("Delete it for good, with all that is in it; its owner may"),
    },
    people.Members: {
        "GET": Operation("With whom you work there", page_of("members", MEMBER), query=PAGED),
    },
    people.Member: {
        "PATCH": Operation(
            "Another role; `owner` hands it over",
            MEMBER,
            body=sent("MemberChange", needs="role", role=ROLE),
        ),
        "DELETE": Operation("Out, or leave", refusals=(409,)),
    },
    people.Invitations: {
        "GET": Operation("Who is invited", page_of("invitations", INVITATION), query=PAGED),
        "POST": Operation("Invite somebody", INVITATION, 201, body=INVITED, refusals=(429,)),
    },
    people.OneInvitation: {"DELETE": Operation("Withdraw it")},
    people.SendAgain: {"POST": Operation("Send it again", INVITATION, refusals=(429,))},
    people.Accept: {"POST": Operation("Accept one", WORKSPACE, refusals=(409, 410))},
    history.History: {
        "GET": Operation(
            "Who changed what, newest first",
            page_of("history", ENTRY),
            query={
                "kind": choice(*KINDS, *GROUPS),
                "person": text("An id, or `gone`."),
                "cursor": CURSOR,
            },
        )
    },
    history.Version: {"GET": Operation("What having it back would change", ENTRY)},
    history.Restore: {
        "POST": Operation(
            "Have that version back",
            HAD_BACK,
            body=sent("Over", over=maybe(whole("The `newest` that was read."))),
            needs_body=False,
            refusals=(409,),
        )
    },
}
