"""What this room puts into a workspace's archive, and takes from one: chats, and what was said in
them and of them. Whose words they are is told of the exporter's only: nobody is named on another
site."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from chat.carrying import proposal_of
from chat.models import ChatComment, Conversation, Message
from chat.models.message import MOST_IMAGES
from chat.pictures import found, keep_uploads
from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape, plain_json
from workspaces.comments.travelling import CommentSection
from workspaces.models import Style, Workspace

CHAT = Shape(Conversation, "title", "model", "updated")
MESSAGE = Shape(Message, "role", "content", "state", "model", "problem")
NOTES = ("", *Message.Note.values)


class Chats(Section):
    name, title, rank = "chats", gettext_lazy("Chats"), 80

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        mine = Conversation.objects.living().filter(workspace=leaving.workspace)
        for row in mine.order_by("id").iterator():
            yield {
                "number": leaving.number(self.name, row.pk),
                "created": row.created.isoformat(),
                "is_mine": row.author_id == leaving.workspace.owner_id,
                **CHAT.facts(row),
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        CHAT.read(row)
        there = arrival.there(self.name, _chats).get(created_of(row))
        arrival.note(self.name, row, there)
        return [Found.NEW if there is None else Found.SAME]

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        new, created = [], {}
        for row in rows:
            if self.judge(row, arrival)[0] is not Found.NEW:
                continue
            fresh = CHAT.read(row, workspace=arrival.place, author=_whose(row, arrival))
            fresh.pk = arrival.new_id(self.name, created_of(row))
            created[fresh.pk] = created_of(row)
            arrival.note(self.name, row, fresh.pk)
            new.append(fresh)
        add(new, created)


class Messages(Section):
    name, title, rank = "messages", gettext_lazy("Messages"), 81

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        chats = Conversation.objects.living().filter(workspace=leaving.workspace)
        mine = Message.objects.filter(conversation__in=chats)
        for row in mine.order_by("id").iterator():
            known = MESSAGE.facts(row)
            if row.is_answering:
                known["state"] = Message.State.CUT.value
            yield {
                "number": leaving.number(self.name, row.pk),
                "created": row.created.isoformat(),
                "chat": leaving.ref(row.conversation_id),
                "is_mine": row.author_id == leaving.workspace.owner_id,
                **known,
                "note": row.note,
                "images": [ref for ref in leaving.outward(row.images) if ref],
                "proposal": leaving.outward(proposal_of(row.role, row.proposal)),
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = MESSAGE.read(row)
        images = row.get("images")
        is_list = isinstance(images, list) and len(images) <= MOST_IMAGES
        are_texts = is_list and all(isinstance(each, str) for each in images or ())
        plain_json(row.get("proposal"))
        if not are_texts or fresh.is_answering or row.get("note") not in NOTES:
            raise Refused.because("json", self.name)
        chat = arrival.id_of("chats", row.get("chat"))
        there = arrival.there(self.name, _messages)
        is_there = (chat, created_of(row), fresh.content) in there
        return [Found.SAME if is_there else Found.NEW]

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        new, created = [], {}
        for row in rows:
            chat = arrival.id_of("chats", row.get("chat"))
            if chat is None or self.judge(row, arrival)[0] is not Found.NEW:
                continue
            fresh = MESSAGE.read(row, conversation_id=chat, author=_whose(row, arrival))
            fresh.note = row["note"]
            images = [UUID(ref) for ref in arrival.inward(row["images"]) if _is_id(ref)]
            fresh.images = [str(pk) for pk in found(arrival.place, images)]
            fresh.proposal = _proposal(fresh.role, row, arrival)
            fresh.pk = arrival.new_id(self.name, created_of(row))
            created[fresh.pk] = created_of(row)
            new.append(fresh)
        add(new, created)
        keep_uploads(new)


class Comments(CommentSection):
    name, title, rank = "remarks", gettext_lazy("Comments on chats"), 82
    kind = ChatComment
    about = {"chat": ("chats", "conversation_id")}


ALL = (Chats(), Messages(), Comments())


def _whose(row: Facts, arrival: Arrival) -> Any:
    return arrival.person if row.get("is_mine") is True else None


def _is_id(text: str) -> bool:
    """What named nothing that came is empty, and what names no row at all is nobody's."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _proposal(role: str, row: Facts, arrival: Arrival) -> dict[str, Any] | None:
    """What an assistant proposed, or what a button asked for; nothing in archives of before."""
    known = proposal_of(role, arrival.inward(row.get("proposal")))
    parts = (known or {}).get("parts", [])
    for part in parts:
        values = part["values"]
        if part["name"] == "style" and part["after"] and not _is_id(values["style"]):
            values["style"] = _styles(arrival).get(part["after"], "")
    return known


def _styles(arrival: Arrival) -> dict[str, str]:
    """By their names: the site's own do not travel, and are often here, too."""
    if "styles" not in arrival.cached:
        rows: Any = Style.objects
        usable = rows.usable_in(arrival.place, arrival.person).order_by("-id")
        arrival.cached["styles"] = {row.name: str(row.pk) for row in usable}
    known: dict[str, str] = arrival.cached["styles"]
    return known


def _chats(workspace: Workspace) -> dict[Any, Any]:
    rows = Conversation.objects.living().filter(workspace=workspace)
    return dict(rows.values_list("created", "pk"))


def _messages(workspace: Workspace) -> dict[Any, Any]:
    rows = Message.objects.filter(conversation__workspace=workspace)
    known = rows.values_list("conversation", "created", "content")
    return dict.fromkeys(known.iterator(), True)
