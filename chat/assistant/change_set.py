"""What the assistant proposes to change of a request, each part with its reason (D7).

Whoever proposes it, a language model or the site's own words, it is checked here: against the
contract of the model that shall draw, and against what the person may use. What does not hold is
left out, and said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from chat.assistant import recommending, styles
from chat.assistant.consulting import reason_of, text_of, texts_of
from chat.assistant.form_state import Allowed, FormState
from generation.contract import PROMPT_LENGTH
from generation.contract.parameter import as_number
from generation.models import ImageModel
from pixazo.texts.numbers import written

PARTS = ("prompt", "negative_prompt", "model", "style", "size", "num_inference_steps")
OTHER_NAMES = {"negative": "negative_prompt", "steps": "num_inference_steps"}
MOST_NOTES = 6
NONE = ("", "none", "no style", "null")


@dataclass(frozen=True)
class Part:
    """`values` are what the form takes, by its own names; `before` and `after` what people read."""

    name: str
    before: str
    after: str
    values: Mapping[str, Any]
    reason: str = ""


@dataclass(frozen=True)
class ChangeSet:
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    by: str = ""  # the language model's slug; "" for the site's own words

    def as_dict(self) -> dict[str, Any]:
        return {
            "parts": [asdict(each) for each in self.parts],
            "notes": list(self.notes),
            "by": self.by,
        }


def checked(said: Mapping[str, Any], form: FormState, allowed: Allowed, by: str = "") -> ChangeSet:
    """Of `{part: {"value", "reason"}, "notes": [...]}`, or the same with bare values."""
    return _Checking(said, form, allowed).change_set(by)


@dataclass
class _Checking:
    said: Mapping[str, Any]
    form: FormState
    allowed: Allowed
    notes: list[str] = field(default_factory=list)

    def change_set(self, by: str) -> ChangeSet:
        told = texts_of(self.said.get("notes"), MOST_NOTES)
        parts = tuple(self._parts())
        return ChangeSet(parts, tuple([*told, *self.notes][: 2 * MOST_NOTES]), by)

    def _parts(self) -> Iterator[Part]:
        if not (model := self.allowed.model(self.form)):
            return
        if chosen := self._model():
            # What else is proposed is for the model that shall draw it.
            model = chosen
        yield from self._prompt()
        yield from self._negative_prompt(model)
        if chosen:
            yield chosen_part(chosen, self.allowed.model(self.form), self._of("model")[1])
        yield from self._style()
        try:
            yield from self._size(model)
        except ValueError as error:
            self.notes.append(str(error))
        try:
            yield from self._steps(model)
        except ValueError as error:
            self.notes.append(str(error))

    def _of(self, name: str) -> tuple[Any, str]:
        """Value and reason; None where nothing is said of it."""
        other = next((key for key, part in OTHER_NAMES.items() if part == name), "")
        said = self.said.get(name, self.said.get(other))
        if isinstance(said, Mapping) and "value" in said:
            return said["value"], reason_of(said.get("reason"))
        return said, ""

    def _prompt(self) -> Iterator[Part]:
        value, reason = self._of("prompt")
        text = text_of(value, PROMPT_LENGTH)
        if text and text != self.form.prompt:
            yield Part("prompt", self.form.prompt, text, {"prompt": text}, reason)

    def _negative_prompt(self, model: ImageModel) -> Iterator[Part]:
        value, reason = self._of("negative_prompt")
        text = text_of(value, PROMPT_LENGTH)
        if not text or text == self.form.negative_prompt:
            return
        if not model.contract.negative_prompt:
            self.notes.append(_("%(name)s can't leave things out.") % {"name": model.name})
            return
        before = self.form.negative_prompt
        yield Part("negative_prompt", before, text, {"negative_prompt": text}, reason)

    def _model(self) -> ImageModel | None:
        value, _reason = self._of("model")
        if value is None or value == "":
            return None
        found = recommending.named(value, self.allowed.models)
        if found is None:
            self.notes.append(_unknown(_("“%(name)s” is no model that you can use."), value))
        elif found.slug == self.form.model:
            return None
        return found

    def _style(self) -> Iterator[Part]:
        value, reason = self._of("style")
        if value is None:
            return
        before = self.allowed.style(self.form)
        was = before.name if before else ""
        if isinstance(value, str) and value.strip().casefold() in NONE:
            if before:
                yield Part("style", was, "", {"style": ""}, reason)
            return
        found = styles.named(value, self.allowed.styles)
        if found is None:
            self.notes.append(_unknown(_("“%(name)s” is no style that you can use here."), value))
        elif found != before:
            yield Part("style", was, found.name, {"style": str(found.pk)}, reason)

    def _size(self, model: ImageModel) -> Iterator[Part]:
        value, reason = self._of("size")
        if value is None:
            return
        given = sides_of(value)
        contract = model.contract
        width = int(contract["width"].check(given[0]))
        height = int(contract["height"].check(given[1]))
        contract.check_size(width, height)
        before = sized(self.form.width, self.form.height) if self.form.width else ""
        after = sized(width, height)
        if before != after:
            yield Part("size", before, after, {"width": width, "height": height}, reason)

    def _steps(self, model: ImageModel) -> Iterator[Part]:
        value, reason = self._of("num_inference_steps")
        if value is None:
            return
        parameter = model.contract["num_inference_steps"]
        steps = int(parameter.check(value))
        if parameter.fixed or str(steps) == self.form.num_inference_steps:
            return
        values = {"num_inference_steps": steps}
        yield Part(
            "num_inference_steps", self.form.num_inference_steps, written(steps), values, reason
        )


def chosen_part(model: ImageModel, before: ImageModel | None, reason: str) -> Part:
    return Part("model", before.name if before else "", model.name, {"model": model.slug}, reason)


def sides_of(value: Any) -> tuple[float, float]:
    """Of `[768, 512]`, `{"width", "height"}` or "768x512". Raises `ValueError`."""
    if isinstance(value, Mapping):
        value = [value.get("width"), value.get("height")]
    if isinstance(value, str):
        value = value.lower().replace("\N{MULTIPLICATION SIGN}", "x").split("x")
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(_("A size is a width and a height."))
    return as_number(value[0], _("Width")), as_number(value[1], _("Height"))


def sized(width: Any, height: Any) -> str:
    return f"{width} \N{MULTIPLICATION SIGN} {height}"


def _unknown(sentence: str, value: Any) -> str:
    return sentence % {"name": reason_of(value)[:60] or "?"}
