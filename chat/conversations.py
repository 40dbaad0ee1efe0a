"""What is done to chats by every door, and who may."""

from django.db import transaction
from django.utils.translation import gettext as _

from chat.models import ChatModel, Conversation, Message
from chat.models.conversation import LONGEST_TITLE
from pixazo.errors import UserError
from pixazo.texts.numbers import counted
from workspaces.models import Membership, Workspace
from workspaces.names import plain_name

MOST = 1000  # chats of a workspace, without the trash


class NotYours(UserError):
    code = "not_yours"
    status = 403


class TooManyChats(UserError):
    code = "too_many"
    status = 409


def check_may_ask(membership: Membership) -> None:
    if not membership.may_generate():
        raise NotYours(_("You may read along here, but not ask."))


def check_may_change(membership: Membership, chat: Conversation) -> None:
    if not membership.may_change(chat.author_id):
        raise NotYours(
            _("Somebody else began this chat. Only they or the workspace's owner may change it.")
        )


def check_may_stop(membership: Membership, message: Message) -> None:
    """Also for whoever asked, whatever their role is by now."""
    if message.author_id != membership.user_id:
        check_may_change(membership, message.conversation)


def check_may_change_message(membership: Membership, message: Message) -> None:
    if not membership.may_change(message.author_id):
        raise NotYours(
            _("Somebody else said this. Only they or the workspace's owner may delete it.")
        )


def check_may_replace(membership: Membership, message: Message) -> None:
    """An answer by another one. What broke off has nothing that somebody could miss."""
    check_may_ask(membership)
    if message.state == Message.State.WHOLE and not membership.may_change(message.author_id):
        raise NotYours(
            _("Somebody else asked this. Only they or the workspace's owner may ask it again.")
        )


def new_in(membership: Membership, title: str = "", model: str = "") -> Conversation:
    """An empty one, of the person's. Without a model it has the workspace's."""
    check_may_ask(membership)
    workspace = membership.workspace
    check_room(workspace)
    default = ChatModel.objects.default_for(workspace, membership.user)
    with transaction.atomic():
        chat = Conversation.objects.create(
            workspace=workspace,
            author=membership.user,
            title=_titled(title),
            model=_usable(membership, model).slug if model else default.slug if default else "",
        )
        chat.announce()
    return chat


def rename(membership: Membership, chat: Conversation, title: str) -> None:
    check_may_change(membership, chat)
    if not (title := _titled(title)):
        raise UserError(_("Give the chat a name."), code="invalid")
    _change(chat, title=title)


def switch_model(membership: Membership, chat: Conversation, slug: str) -> Message | None:
    """Who answers from here on. The note that says so among the messages; None where nothing was
    said yet, or nothing changes."""
    check_may_change(membership, chat)
    model = _usable(membership, slug)
    if model.slug == chat.model:
        return None
    with transaction.atomic():
        _change(chat, model=model.slug)
        if membership.may_manage():
            # Who owns the place has chosen for it, too: new chats begin with it (S163).
            Workspace.objects.filter(pk=chat.workspace_id).update(chat_model=model.slug)
        if not chat.messages.exists():
            return None
        note = Message.objects.create(
            conversation=chat,
            role=Message.Role.SYSTEM,
            note=Message.Note.MODEL,
            model=model.slug,
            author=membership.user,
        )
        note.announce()
    return note


def remove(membership: Membership, chat: Conversation) -> None:
    """Into the trash, from where it can be had back."""
    check_may_change(membership, chat)
    with transaction.atomic():
        chat.trash()
        # Nobody reads it any more, nor wants done what the assistant may do.
        for message in chat.messages.answering():
            message.end(Message.State.CUT)


def restore(membership: Membership, chat: Conversation) -> None:
    check_may_change(membership, chat)
    chat.restore()


def check_room(workspace: Workspace) -> None:
    if Conversation.objects.living().filter(workspace=workspace).count() >= MOST:
        raise TooManyChats(
            _("A workspace may have %(most)s chats. Delete one of them first.")
            % {"most": counted(MOST)}
        )


def _change(chat: Conversation, **fields: str) -> None:
    if not chat.change(**fields):
        raise UserError(_("This chat is not there any more."), code="not_found", status=404)


def _titled(title: str) -> str:
    return plain_name(title)[:LONGEST_TITLE].strip()


def _usable(membership: Membership, slug: str) -> ChatModel:
    model = ChatModel.objects.usable_by(membership.user).filter(slug=slug).first()
    if model is None:
        sentence = _("There is no such language model for you.")
        raise UserError(sentence, code="invalid", fields={"model": [sentence]})
    return model
