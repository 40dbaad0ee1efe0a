"""What the bot says: messages, pictures and files with buttons, at a pace that Telegram allows.

At most one of it a second in a chat: what comes sooner waits that long.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils.text import Truncator

from chat.telegram.calling import ask
from chat.telegram.errors import Refused, Unchanged

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, MessageEntity

LONGEST, LONGEST_CAPTION, LONGEST_HINT, LONGEST_DATA = 4096, 1024, 200, 64
SECONDS_BETWEEN = 1.0  # two of a chat
# Where a long text is cut; what closes a quotation or a bracket belongs to its sentence.
LINE, SENTENCE, WORD = re.compile("\n"), re.compile('(?<=[.!?…])["”“»)\\]]{0,2} '), re.compile(" ")


@dataclass(frozen=True)
class Button:
    """`data` is `verb:id`, or `url` where it leads."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Mark:
    """Of a text: from where on, and for how many signs, it is bold, code, a link …"""

    kind: str
    offset: int
    length: int
    url: str = ""


Rows = Sequence[Sequence[Button]]
Marks = Sequence[Mark]


def say(chat: int, text: str, rows: Rows = (), marks: Marks = ()) -> int:
    """The message's number. What is too long for one comes as several, the buttons at the last;
    `marks` are of a text that is not."""
    number, parts = 0, split(text)
    for at, part in enumerate(parts, 1):
        number = _say(chat, part, rows if at == len(parts) else (), marks)
    return number


def change(chat: int, message: int, text: str, rows: Rows = (), marks: Marks = ()) -> None:
    """The message says this from now on; that it says so already is fine."""
    text = Truncator(text).chars(LONGEST)
    entities = _entities(text, marks)
    _pace(chat)
    try:
        _marked(
            lambda bot, known: bot.edit_message_text(
                text, chat, message, reply_markup=keyboard(rows), entities=known
            ),
            entities,
        )
    except Unchanged:
        pass


def show(chat: int, picture: bytes, name: str, caption: str, rows: Rows = ()) -> None:
    text = Truncator(caption).chars(LONGEST_CAPTION)
    _pace(chat)
    ask(
        lambda bot: bot.send_photo(
            chat, picture, caption=text, filename=name, reply_markup=keyboard(rows)
        )
    )


def hand(chat: int, content: bytes, name: str, caption: str = "") -> None:
    """As a file, whose bytes Telegram leaves as they are."""
    text = Truncator(caption).chars(LONGEST_CAPTION)
    _pace(chat)
    ask(lambda bot: bot.send_document(chat, content, filename=name, caption=text or None))


def hint(press: str, text: str = "") -> None:
    """Ends the waiting of whoever pressed a button; after a while nobody waits any more."""
    short = Truncator(text).chars(LONGEST_HINT)
    try:
        ask(lambda bot: bot.answer_callback_query(press, short or None))
    except Refused:
        pass


def act(chat: int, action: str) -> None:
    """`typing`, `upload_photo` …: shown for five seconds."""
    ask(lambda bot: bot.send_chat_action(chat, action))


def keyboard(rows: Rows) -> "InlineKeyboardMarkup | None":
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    if not rows:
        return None
    keys = [[_key(InlineKeyboardButton, each) for each in row] for row in rows if row]
    return InlineKeyboardMarkup(keys)


def split(text: str) -> list[str]:
    """At ends of lines, else of sentences, else between words, where there are any."""
    parts, rest = [], text.strip() or "…"
    while len(rest) > LONGEST:
        cuts = (_last(gap, rest) for gap in (LINE, SENTENCE, WORD))
        cut = next(filter(None, cuts), LONGEST)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _last(gap: re.Pattern[str], text: str) -> int:
    """Where the space of the last such gap of a message's second half is; 0: there is none."""
    return max((each.end() - 1 for each in gap.finditer(text, LONGEST // 2, LONGEST)), default=0)


def _say(chat: int, text: str, rows: Rows, marks: Marks) -> int:
    entities = _entities(text, marks)
    _pace(chat)
    sent = _marked(
        lambda bot, known: bot.send_message(
            chat, text, reply_markup=keyboard(rows), entities=known
        ),
        entities,
    )
    return int(sent.message_id)


def _marked(act: Callable[[Any, Any], Any], entities: Any) -> Any:
    """Words count for more than how they look: what is refused with its marks goes without them."""
    try:
        return ask(lambda bot: act(bot, entities))
    except Refused:
        if not entities:
            raise
    return ask(lambda bot: act(bot, None))


def _entities(text: str, marks: Marks) -> "list[MessageEntity] | None":
    """In Telegram's own units: halves of what Python calls a sign, for those beyond the first
    65,536."""
    from telegram import MessageEntity

    def units(end: int) -> int:
        return len(text[:end].encode("utf-16-le")) // 2

    found = []
    for mark in marks:
        begun, end = units(mark.offset), units(mark.offset + mark.length)
        found.append(MessageEntity(mark.kind, begun, end - begun, url=mark.url or None))
    return found or None


def _key(kind: Any, button: Button) -> Any:
    if button.url:
        return kind(button.text, url=button.url)
    assert len(button.data.encode()) <= LONGEST_DATA, button.data
    return kind(button.text, callback_data=button.data)


def _pace(chat: int) -> None:
    """Wait for this chat's turn. Of two processes both may get it: then Telegram says so."""
    key = f"telegram-said:{chat}"
    last = cache.get(key)
    moment = time.time()
    if last is not None and 0 <= moment - last < SECONDS_BETWEEN:
        time.sleep(SECONDS_BETWEEN - (moment - last))
    cache.set(key, time.time(), 10)
