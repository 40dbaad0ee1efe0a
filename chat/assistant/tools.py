"""What the assistant may do itself, for a person who allowed it in this chat: make pictures within
their units, look at them, and say what is left. Each call is written down with the answer."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ApiKey
from billing.models import Account
from chat.assistant import styles
from chat.assistant.consulting import text_of
from chat.assistant.form_state import Allowed
from chat.assistant.recommending import named
from chat.llm import ToolCall
from chat.models import Conversation, Message
from generation.contract import MAX_COUNT, PROMPT_LENGTH
from generation.expand import Chosen, expand
from generation.models import Batch, Job
from generation.submit import submit_all
from pixazo.errors import UserError
from workspaces.models import Membership
from workspaces.models.topic import topic_id

MOST_CALLS, MOST_ORDERS = 8, 2  # of one answer
WATCH_SECONDS, LOOK_SECONDS = 40.0, 0.5
LATEST = 10


def _tool(name: str, description: str, **properties: Any) -> dict[str, Any]:
    required = [each for each in properties if each == "prompt"]
    parameters = {"type": "object", "properties": properties, "required": required}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = (
    _tool(
        "make_pictures",
        "Order pictures. It takes units of the person's. They come after a while.",
        prompt={"type": "string"},
        negative_prompt={"type": "string"},
        model={"type": "string", "description": "An id of `models`. Default: the chosen one."},
        style={"type": "string", "description": "A name of `styles`."},
        count={"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
    ),
    _tool("list_pictures", "The latest requests of this workspace, and how far they are."),
    _tool(
        "watch_pictures",
        "Wait for a request's pictures, up to a while, and hear what became of them.",
        id={"type": "string", "description": "As make_pictures or list_pictures name it."},
    ),
    _tool("units_left", "How many units the person has left today."),
)


def allows(conversation: Conversation, person: Any) -> bool:
    """Whether this person lets the assistant act for them in this chat."""
    if person is None:
        return False
    return conversation.acting_for.filter(pk=person.pk).exists()


def let_act(conversation: Conversation, person: Any, *, on: bool) -> None:
    if on:
        conversation.acting_for.add(person)
    else:
        conversation.acting_for.remove(person)


class Acting:
    """Of one answer."""

    def __init__(self, message: Message, allowed: Allowed, model: str) -> None:
        self.message, self.allowed, self.model = message, allowed, model
        self.calls: list[str] = []
        self.orders = 0
        self.acts: dict[str, Callable[[Mapping[str, Any]], tuple[Any, str]]] = {
            "make_pictures": self._make,
            "list_pictures": self._list,
            "watch_pictures": self._watch,
            "units_left": self._units,
        }

    def use(self, call: ToolCall) -> str:
        """What the model is told; what the person reads is stored with the answer at once."""
        act = self.acts.get(call.name)
        if act is None:
            return "There is no such tool."
        if len(self.calls) >= MOST_CALLS:
            return "No more calls in this answer."
        # It may have been taken back while the answer was being written.
        if not allows(self.message.conversation, self.message.author):
            return "The person does not allow this."
        try:
            found, sentence = act(_arguments(call.arguments))
        except UserError as error:
            found, sentence = {"refused": error.sentence}, error.sentence
        except ValidationError as error:
            found = {"refused": " ".join(error.messages)}
            sentence = found["refused"]
        self._tell(sentence)
        return json.dumps(found, ensure_ascii=False, default=str)

    def _tell(self, sentence: str) -> None:
        self.calls.append(sentence)
        rows = Message.objects.filter(pk=self.message.pk)
        rows.update(proposal={"calls": self.calls})
        self.message.announce()

    def _make(self, given: Mapping[str, Any]) -> tuple[Any, str]:
        if self.orders >= MOST_ORDERS:
            raise UserError(_("The assistant has asked for enough pictures in this answer."))
        batches = submit_all(self._batches(given))
        self.orders += 1
        count = sum(each.count for each in batches)
        units = sum(each.units for each in batches)
        sentence = ngettext(
            "The assistant asked for %(count)s picture (%(units)s units): %(prompt)s",
            "The assistant asked for %(count)s pictures (%(units)s units): %(prompt)s",
            count,
        ) % {"count": count, "units": units, "prompt": batches[0].prompt[:120]}
        return {"ordered": [str(each.pk) for each in batches], "units": units}, sentence

    def _batches(self, given: Mapping[str, Any]) -> list[Batch]:
        """Unsaved. Raises a `UserError` for what this person may not use or do."""
        conversation, person = self.message.conversation, self.message.author
        membership = Membership.objects.filter(
            workspace=conversation.workspace, user=person
        ).first()
        if membership is None or not membership.may_generate():
            raise UserError(_("You may look at this workspace, but not draw in it."), status=403)
        models = self.allowed.models
        model = named(given.get("model") or self.model, models) or next(iter(models), None)
        if model is None:
            raise UserError(_("No model can be used at present."), status=503)
        count = given.get("count", 1)
        batch = Batch(
            workspace=conversation.workspace,
            topic=conversation.workspace.default_topic,
            author=person,
            model=model,
            prompt=text_of(given.get("prompt"), PROMPT_LENGTH),
            negative_prompt=text_of(given.get("negative_prompt"), PROMPT_LENGTH)
            if model.contract.negative_prompt
            else "",
            count=count if isinstance(count, int) and not isinstance(count, bool) else 1,
            mode=Batch.Mode.TEXT,
            door=Batch.Door.CHAT,
            reason={"parts": [], "by": self.message.model, "chat": str(conversation.pk)},
            # An answer that a second worker writes anew orders nothing twice.
            idempotency_key=f"chat-{self.message.pk}-{self.orders}",
        )
        batch.api_key = self._key()
        style = styles.named(given.get("style"), self.allowed.styles)
        return expand(batch, Chosen(style=style))

    def _key(self) -> ApiKey | None:
        """Of the program that asked: its cap holds for what the assistant orders, too."""
        if not (pk := self.message.api_key_id):
            return None
        if (key := ApiKey.objects.active().filter(pk=pk).first()) is None:
            raise UserError(_("The key that asked for this is no longer valid."), status=403)
        return key

    def _list(self, given: Mapping[str, Any]) -> tuple[Any, str]:
        rows = Batch.objects.visible().filter(workspace=self.message.conversation.workspace)
        batches = list(rows.prefetch_related("jobs").order_by("-id")[:LATEST])
        found = [
            {
                "id": str(each.pk),
                "prompt": each.prompt[:200],
                "pictures": [job.state for job in each.jobs.all()],
            }
            for each in batches
        ]
        done = sum(state == Job.State.SUCCEEDED for row in found for state in row["pictures"])
        sentence = _("The assistant looked at the latest pictures here: %(count)s are done.")
        return {"latest": found}, sentence % {"count": done}

    def _watch(self, given: Mapping[str, Any]) -> tuple[Any, str]:
        """Whoever stops the answer stops this, too; the pictures go on being made."""
        rows = Batch.objects.visible().filter(workspace=self.message.conversation.workspace)
        pk = topic_id(str(given.get("id", "")))
        batch = rows.filter(pk=pk).first() if pk else None
        if batch is None:
            raise UserError(_("There is no such request in this workspace."), status=404)
        until = time.monotonic() + WATCH_SECONDS
        while True:
            jobs = list(batch.jobs.order_by("index"))
            is_over = all(job.is_finished for job in jobs) or time.monotonic() >= until
            if is_over or not self.message.renew():
                break
            time.sleep(LOOK_SECONDS)
        done = sum(job.state == Job.State.SUCCEEDED for job in jobs)
        sentence = _("The assistant watched “%(prompt)s”: %(done)s of %(count)s pictures are done.")
        told = {"prompt": batch.prompt[:120], "done": done, "count": len(jobs)}
        return {"id": str(batch.pk), "pictures": [job.state for job in jobs]}, sentence % told

    def _units(self, given: Mapping[str, Any]) -> tuple[Any, str]:
        left = Account.objects.of(self.message.author).left
        sentence = _("The assistant asked how many units are left: %(left)s.")
        return {"units_left": left}, sentence % {"left": left}


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
