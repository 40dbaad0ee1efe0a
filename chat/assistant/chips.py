"""What the buttons above the assistant's field do: each asks about the form as it is now."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import asking
from chat.assistant import proposing
from chat.assistant.admitting import admit
from chat.assistant.change_set import ChangeSet
from chat.assistant.consulting import FAILURES, fallen_back
from chat.assistant.form_state import Allowed, FormState
from chat.models import ChatModel, Conversation, Message
from pixazo.errors import UserError
from workspaces.models import Membership
from workspaces.titles import title_of

ASKS = {
    "improve": gettext_lazy("Improve the current prompt"),
    "model": gettext_lazy("Suggest a model"),
    "style": gettext_lazy("Suggest a style"),
}
WHOLE = Message.State.WHOLE


class OnlyReads(UserError):
    code = "not_allowed"
    status = 403


def answer(
    conversation: Conversation, kind: str, form: Mapping[str, Any], membership: Membership
) -> Message:
    """The answer: whole, or begun where a language model writes it. Changes no request.

    Raises a `UserError`.
    """
    if not membership.may_generate():
        raise OnlyReads(_("You may read along here, but not ask."))
    if kind not in ASKS:
        raise UserError(_("The assistant can't be asked for that."), code="invalid")
    state, person = FormState.read(form), membership.user
    if not state.prompt:
        raise UserError(_("Write a prompt first: a few words are enough."), code="invalid")
    asked = {"ask": kind, "form": state.as_dict()}
    usable = ChatModel.objects.usable_by(person).filter(slug=conversation.model)
    admit(person)
    if usable.exists():
        try:
            return _begun(conversation, kind, asked, person)
        except FAILURES as problem:
            return _whole(conversation, kind, asked, person, problem)
    return _whole(conversation, kind, asked, person)


def proposed(
    kind: str, form: FormState, message: Message, problem: UserError | None = None
) -> ChangeSet:
    """By the site's own words: in place of a language model's, where `problem` says why."""
    conversation = message.conversation
    allowed = Allowed.of(message.author, conversation.workspace)
    earlier = conversation.messages.filter(role=Message.Role.ASSISTANT, proposal__isnull=False)
    found = proposing.KINDS[kind](form, allowed, earlier.count())
    if problem is None:
        return found
    return ChangeSet(found.parts, (fallen_back(problem), *found.notes))


def words_for(change_set: ChangeSet) -> str:
    """What the answer says above its card."""
    if change_set.parts:
        return _("This is what I would change. Nothing is changed until you take it.")
    return " ".join(change_set.notes) or _("I would change nothing.")


def asked_in(message: Message) -> tuple[str, FormState] | None:
    """What the question before this answer asked for, if a button asked it."""
    rows = message.conversation.messages.filter(pk__lt=message.pk, role=Message.Role.USER)
    question = rows.order_by("-id").first()
    return _asked(question.proposal) if question else None


def last_form(message: Message) -> FormState:
    """As it was told last in this chat."""
    rows = message.conversation.messages.filter(pk__lt=message.pk, role=Message.Role.USER)
    asked = rows.filter(proposal__isnull=False).order_by("-id").first()
    found = _asked(asked.proposal) if asked else None
    return found[1] if found else FormState()


def _asked(proposal: Any) -> tuple[str, FormState] | None:
    known = proposal if isinstance(proposal, dict) else {}
    if known.get("ask") not in tuple(ASKS) or not isinstance(known.get("form"), dict):
        return None
    return known["ask"], FormState.read(known["form"])


def kept(proposal: Any) -> dict[str, Any] | None:
    """The same of somebody else's message, as a message of here keeps it."""
    found = _asked(proposal)
    return {"ask": found[0], "form": found[1].as_dict()} if found else None


def _begun(conversation: Conversation, kind: str, asked: dict[str, Any], person: Any) -> Message:
    """A language model writes it, and a worker has it written."""
    with transaction.atomic():
        message = asking.ask(conversation, str(ASKS[kind]), author=person)
        rows = conversation.messages.filter(pk__lt=message.pk, role=Message.Role.USER)
        question = rows.order_by("-id").values("pk")[:1]
        conversation.messages.filter(pk__in=list(question.values_list("pk", flat=True))).update(
            proposal=asked
        )
    return message


@transaction.atomic
def _whole(
    conversation: Conversation,
    kind: str,
    asked: dict[str, Any],
    person: Any,
    problem: UserError | None = None,
) -> Message:
    form = FormState.read(asked["form"])
    title = {} if conversation.title else {"title": title_of(form.prompt)}
    if not conversation.change(updated=now(), **title):
        raise asking.ChatGone(_("This chat is not there any more."))
    question = Message(conversation=conversation, role=Message.Role.USER, author=person)
    question.content, question.proposal = str(ASKS[kind]), asked
    question.save(force_insert=True)
    found = Message(conversation=conversation, role=Message.Role.ASSISTANT, author=person)
    change_set = proposed(kind, form, found, problem)
    found.content, found.proposal = words_for(change_set), change_set.as_dict()
    found.save(force_insert=True)
    question.announce()
    found.announce()
    return found
