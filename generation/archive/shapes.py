"""JSON of an archive that pages read without looking twice: that it has the form that ours has."""

from collections.abc import Callable
from typing import Any

from generation.recipe import canonical, parameters_text
from workspaces.archive.errors import Refused
from workspaces.archive.shape import plain_json

MOST_JSON = 200_000  # characters of one recipe
Check = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_any(value: Any) -> bool:
    return True


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(each) for each in value)


def an_object(check: Check = is_any, **parts: Check) -> Check:
    """Its named parts by their own checks where they are there, all others by `check`."""

    def looks(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        return all(parts.get(name, check)(each) for name, each in value.items())

    return looks


def having(check: Check, *names: str) -> Check:
    return lambda value: check(value) and all(name in value for name in names)


LORA = having(an_object(is_any, lora=is_text, weight=is_number, sha256=is_text), "lora", "weight")
LORAS = list_of(LORA)
MARGINS = an_object(is_number)
RECIPE = having(
    an_object(
        is_any,
        version=is_number,
        **dict.fromkeys(("prompt", "prompt_sent", "negative_prompt", "mode", "scheduler"), is_text),
        **dict.fromkeys(("width", "height", "num_inference_steps", "guidance_scale"), is_number),
        **dict.fromkeys(("seed", "strength", "scale"), is_number),
        model=an_object(is_text),
        template=an_object(is_text, number=is_number, of=is_number),
        margins=MARGINS,
        loras=LORAS,
        sources=list_of(an_object(is_text)),
        made_by=an_object(),
    ),
    *("version", "prompt", "negative_prompt", "width", "height", "seed", "made_by"),
)
DIFFERENCE = an_object(lambda value: value is None or is_number(value))
VERDICT = having(
    an_object(
        is_any,
        verdict=is_text,
        sentence=is_text,
        changed=list_of(is_text),
        difference=DIFFERENCE,
    ),
    "verdict",
)
CHOICE = having(an_object(is_text), "name")
TEMPLATE = an_object(
    is_any,
    prompt=is_text,
    negative_prompt=is_text,
    theme=CHOICE,
    style=CHOICE,
    number=is_number,
    of=is_number,
)
VALUE = having(an_object(is_any, sets=an_object()), "label")
AXIS = having(
    an_object(is_any, name=is_text, label=is_text, values=list_of(VALUE)),
    *("name", "label", "values"),
)
AXES = list_of(AXIS)
PAIR: Check = lambda value: list_of(is_text)(value) and len(value) == 2  # noqa: E731
ASKED = an_object(
    lambda value: False,  # what is not named here is no part of it
    base=an_object(),
    axes=list_of(PAIR),
    rows=is_text,
    is_list=lambda value: isinstance(value, bool),
    name=is_text,
    budget=an_object(),
    skips=lambda value: isinstance(value, bool),
)
REQUEST = an_object(
    is_any,
    prompt=is_text,
    negative_prompt=is_text,
    model=is_text,
    topic=is_text,
    pictures=list_of(PAIR),
    loras=LORAS,
)


def check(value: Any, looks: Check, name: str) -> Any:
    """The value. Raises `Refused` where it has another form."""
    if not looks(value):
        raise Refused.because("json", name)
    return plain_json(value)


def recipe_text(value: Any) -> str:
    """In its one form, of one that can be written into a picture's file and shown beside it."""
    check(value, RECIPE, "recipe")
    try:
        text = canonical(value)
        shown = parameters_text(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused.because("json", "recipe") from None
    if len(text) + len(shown) > MOST_JSON:
        raise Refused.because("large", "recipe")
    return text
