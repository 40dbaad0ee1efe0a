"""Tools for the words of a prompt."""

from collections.abc import Mapping
from typing import Any

from chat.assistant import enhance
from chat.assistant.admitting import admit
from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.ordering import model_named
from chat.mcp.tools import reading
from chat.mcp.tools.tool import Tool
from generation.contract import PROMPT_LENGTH
from pixazo.scopes import GENERATE


def _improve(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    prompt = reading.text(sent, "prompt")
    if not prompt:
        raise reading.required("prompt")
    name = reading.text(sent, "model")
    model = model_named(caller.user, name) if name else None
    admit(caller.user)
    better = enhance(prompt[:PROMPT_LENGTH], model=model, person=caller.user)
    notes = list(better.notes)
    return Answer("\n".join([better.prompt, "", *notes]), {"prompt": better.prompt, "notes": notes})


def _schema(user: Any) -> dict[str, Any]:
    names = [model.slug for model in schemas.usable(user)]
    model = {"model": {"type": "string", "enum": names, "description": "That shall read it."}}
    prompt = schemas.text("The prompt as it is.", minLength=1, maxLength=PROMPT_LENGTH)
    return schemas.of({"prompt": prompt, **(model if names else {})}, ["prompt"])


TOOLS = [
    Tool(
        "improve_prompt",
        "Make a prompt say more",
        "Adds what a picture needs and the prompt leaves open (light, place, view), and says why."
        " Costs no units and makes no picture.",
        _schema,
        _improve,
        GENERATE,  # as at REST's door: a language model may be asked for it
    ),
]
