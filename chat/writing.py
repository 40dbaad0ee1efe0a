"""Writes one answer into its row while it comes."""

import logging
import threading
import time
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from accounts.language import speaking_to
from chat import context, llm
from chat.assisting import Assistant, assistant_of
from chat.models import ChatModel, Message
from chat.models.message import LONGEST_ANSWER
from workspaces.names import plain_text

log = logging.getLogger(__name__)

WRITE_SECONDS = 0.2  # at least so long between two times that what came is stored
LOOK_SECONDS = 1.0  # and between two looks whether anybody still waits, while nothing comes
MOST_ROUNDS = 6  # of tools that the model asks for, in one answer


class Unwanted(Exception):
    """It was stopped, or deleted."""


class WorkerEnds(Exception):
    pass


class Writing:
    """`run` returns when the message has its last state, or somebody else has given it one."""

    def __init__(self, message: Message, stopping: threading.Event) -> None:
        self.message = message
        self.stopping = stopping
        self.text = ""
        self.written = ""
        self.looked = time.monotonic()
        self.assistant: Assistant | None = None

    def run(self) -> None:
        with speaking_to(self.message.author):
            try:
                self._write_all()
            except Unwanted:
                pass
            except WorkerEnds:
                self._end_early(_("The site was restarted while this was being written."))
            except llm.ChatProblem as problem:
                self._failed(problem)
            except Exception:
                log.exception("Message %s could not be answered.", self.message.pk)
                self._end_early(_("Something went wrong here, and was noted."))

    def look(self, *, at_once: bool = False) -> None:
        """Store what has come, if it is time to. Raises `Unwanted`, or `WorkerEnds`."""
        if self.stopping.is_set():
            raise WorkerEnds
        has_news = self.text != self.written
        pause = WRITE_SECONDS if has_news else LOOK_SECONDS
        if not at_once and time.monotonic() - self.looked < pause:
            return
        self.looked = time.monotonic()
        try:
            wanted = self.message.write(stored(self.text)) if has_news else self.message.renew()
        except (OperationalError, InterfaceError) as error:
            # The next look stores it, or the end does.
            log.warning("What came of message %s could not be stored: %s", self.message.pk, error)
            connection.close()
            return
        self.written = self.text
        if not wanted:
            raise Unwanted

    def _write_all(self) -> None:
        message = self.message
        assistant = self.assistant = assistant_of(message)
        model = ChatModel.objects.usable_by(message.author).filter(slug=message.model).first()
        if model is None:
            raise llm.ChatOff
        messages = [*assistant.opening(message), *context.before(message, model)]
        for _round in range(MOST_ROUNDS):
            calls = self._hear(model, messages, assistant.tools(message))
            if not calls:
                break
            messages.append(_asked_for(self.text, calls))
            for call in calls:
                # Whoever has stopped it wants nothing done any more.
                self.look(at_once=True)
                answer = assistant.use(message, call)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": answer})
        fields = {"content": stored(self.text)} | assistant.finished(message, stored(self.text))
        if not fields["content"] and not fields.get("proposal"):
            self._end_early(_("The language model said nothing. Ask again, or in other words."))
        else:
            message.end(Message.State.WHOLE, **fields)

    def _hear(self, model: ChatModel, messages: list[dict[str, Any]], tools: Any) -> list[Any]:
        """One answer of the model's, after what it said before; the tools that it asks for."""
        calls = []
        before = f"{self.text.rstrip()}\n\n" if self.text.strip() else ""
        heard = ""
        person = self.message.author
        for delta in llm.stream(model, messages, person=person, tools=tools, waiting=self.look):
            heard += delta.text
            if heard:
                self.text = before + heard
            if len(self.text) > LONGEST_ANSWER:
                raise llm.ChatProblem(_("The answer was longer than can be kept."))
            if delta.tool_call:
                calls.append(delta.tool_call)
            self.look()
        return calls

    def _failed(self, problem: llm.ChatProblem) -> None:
        instead = self.assistant.failed(self.message, problem) if self.assistant else None
        if instead:
            self.message.end(Message.State.WHOLE, **instead)
        else:
            self._end_early(problem.sentence)

    def _end_early(self, sentence: str) -> None:
        text = stored(self.text)
        state = Message.State.CUT if text else Message.State.FAILED
        self.message.end(state, sentence, content=text)


def stored(text: str) -> str:
    """Without what a database doesn't take."""
    return plain_text(text).strip()[:LONGEST_ANSWER]


def _asked_for(text: str, calls: list[Any]) -> dict[str, Any]:
    asked = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in calls
    ]
    return {"role": "assistant", "content": text or None, "tool_calls": asked}
