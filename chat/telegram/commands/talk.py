"""Words without a command: the assistant answers, and knows what was said before, until /new."""

from django.db import transaction
from django.utils.translation import gettext as _

from chat.asking import ask
from chat.conversations import check_may_ask, new_in
from chat.models import ChatModel, Conversation, TelegramWatch
from chat.telegram import offered, tasks
from chat.telegram.said import Said, membership_in
from workspaces.models import Membership


def run(said: Said) -> None:
    words = said.told.words.strip()
    if not ChatModel.objects.usable_by(said.person).exists():
        _offer(said, words)
        return
    watch = TelegramWatch.objects.filter(update_number=said.told.number).first()
    tasks.ring_to_look((watch or _asked(said, words)).pk)


def current(said: Said) -> tuple[Membership, Conversation] | None:
    """What is talked about: gone with its workspace, with a role, or into the trash."""
    chat = said.link.conversation
    place = membership_in(said.person, chat.workspace) if chat and not chat.deleted else None
    return (place, chat) if chat and place and place.may_generate() else None


@transaction.atomic
def _asked(said: Said, words: str) -> TelegramWatch:
    """Question, answer and what shows it: all or none, so that a second try asks once."""
    _place, chat = current(said) or _new(said)
    answer = ask(chat, words, author=said.person)
    known = {"link": said.link, "update_number": said.told.number, "answer": answer}
    return TelegramWatch.objects.create(**known)


def _new(said: Said) -> tuple[Membership, Conversation]:
    place = membership_in(said.person, said.workspace())
    assert place is not None  # where they work they are a member
    check_may_ask(place)
    usable = ChatModel.objects.usable_by(said.person).filter(slug=said.link.text_model)
    chat = new_in(place, model=said.link.text_model if usable.exists() else "")
    said.link.choose(conversation=chat)
    return place, chat


def _offer(said: Said, words: str) -> None:
    said.link.choose(words=words)
    text = _(
        "This site has no language model to talk with. Shall I draw what you wrote? /enhance makes"
        " it say more first."
    )
    said.reply(text, offered.rows(said.link, words))
