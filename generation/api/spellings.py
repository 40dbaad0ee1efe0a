"""The one translation of a request's spellings (C27): what clients call things, and what we do.

The canonical names are those of diffusers. Answers use the canonical names only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from generation import schedulers
from pixazo.errors import UserError

SPELLINGS: dict[str, tuple[str, ...]] = {
    "model": ("model", "model_id"),
    "prompt": ("prompt", "main_prompt"),
    "negative_prompt": ("negative_prompt",),
    "mode": ("mode",),
    "width": ("width",),
    "height": ("height",),
    "num_inference_steps": ("num_inference_steps", "num_steps", "steps"),
    "guidance_scale": ("guidance_scale", "cfg_scale", "cfg", "guidance"),
    "strength": ("strength", "denoising_strength"),
    "scheduler": ("scheduler", "sampler", "sampler_name"),
    "loras": ("loras", "lora"),
    "source": ("source", "image", "image_url", "init_image", "source_url"),
    "mask": ("mask", "mask_url", "mask_image"),
    "references": ("references", "reference", "reference_image", "reference_images"),
    "left": ("left",),
    "top": ("top",),
    "right": ("right",),
    "bottom": ("bottom",),
    "scale": ("scale", "upscale_factor"),
    "variation": ("variation",),
    "time_class": ("time_class",),
    "seed": ("seed",),
    "count": ("count", "num_images", "batch_size", "imageNum", "n"),
    "workspace": ("workspace",),
    "topic": ("topic",),
    "dry_run": ("dry_run",),
}
CANONICAL = {given: name for name, spellings in SPELLINGS.items() for given in spellings}
MARGINS = ("left", "top", "right", "bottom")
NUMBERS = {
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "strength",
    "scale",
    "seed",
    "count",
    *MARGINS,
}
# Where a batch's own name for it is another.
FIELDS_OF = {"margins": MARGINS, "reference": ("references",)}
LISTS = {"loras", "references"}  # one alone need not be in a list
BOOLEANS = {"dry_run"}
PICTURES = {"source", "mask", "references"}  # texts, or files of a form
TOO_LARGE = 2**53  # beyond it JSON's numbers are no longer exact


@dataclass
class Wording:
    """A request in canonical names, and how its client spelled them."""

    values: dict[str, Any] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    # What a door fills in where nothing was sent, as far as the model has a use for it, and of
    # which families the model is that was not named.
    defaults: dict[str, Any] = field(default_factory=dict)
    families: tuple[str, ...] = ()

    def in_their_words(self, fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Sentences about fields, under the names that the client used."""
        return {self._theirs(name): sentences for name, sentences in fields.items()}

    def _theirs(self, name: str) -> str:
        """What a batch calls by one name may be several fields of a request."""
        fields = FIELDS_OF.get(name, (name,))
        return next((self.spelled[each] for each in fields if each in self.spelled), fields[0])


def canonical(given: str) -> str | None:
    """Our name for what a client calls so."""
    return CANONICAL.get(given)


def read(body: Mapping[str, Any], also: Mapping[str, str] | None = None) -> Wording:
    """Translate a JSON body, with `settings` inside or without; raises `UserError`.

    `null` is the same as left out. Two spellings of one thing must agree. `also` has the words of
    one door alone, with ours.
    """
    wording = Wording()
    for given, value in _flat(body):
        name = (also or {}).get(given) or canonical(given)
        if name is None:
            wording.unknown.append(given[:40])
        elif value is not None:
            _take(wording, name, given, value)
    return wording


def _flat(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    settings = body.get("settings")
    if settings is not None and not isinstance(settings, Mapping):
        raise _refused("settings", _("`settings` must be a JSON object."))
    outer = [(given, value) for given, value in body.items() if given != "settings"]
    return [*outer, *(settings or {}).items()]


def _take(wording: Wording, name: str, given: str, value: Any) -> None:
    if name in NUMBERS:
        _check_number(given, value)
    elif name in BOOLEANS:
        if not isinstance(value, bool):
            raise _refused(given, _("`%(given)s` must be true or false.") % {"given": given})
    elif name in LISTS:
        value = _as_list(name, given, value)
    elif name == "scheduler":
        value = _scheduler(_as_text(name, given, value))
    else:
        value = _as_text(name, given, value)
    if name in wording.values and wording.values[name] != value:
        other = wording.spelled[name]
        both = f"`{given}`" if other == given else f"`{other}` and `{given}`"
        raise _refused(
            given, _("%(both)s say two different things. Send one of them.") % {"both": both}
        )
    wording.values[name] = value
    wording.spelled[name] = given


def _check_number(given: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(given, _("`%(given)s` must be a number.") % {"given": given})
    if abs(value) > TOO_LARGE:
        raise _refused(given, _("`%(given)s` is too large.") % {"given": given})


def _as_text(name: str, given: str, value: Any) -> Any:
    if isinstance(value, str) or (name in PICTURES and isinstance(value, UploadedFile)):
        return value
    raise _refused(given, _("`%(given)s` must be a text.") % {"given": given})


def _as_list(name: str, given: str, value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    if name == "loras":
        if all(isinstance(each, str | Mapping) for each in values):
            return values
        raise _refused(
            given, _("`%(given)s` must be a list of names or of objects.") % {"given": given}
        )
    return [_as_text(name, given, each) for each in values]


def _scheduler(name: str) -> str:
    """Also by the names that AUTOMATIC1111's web UI made common, such as "DPM++ 2M Karras"."""
    return schedulers.from_a1111(name, "") or name


def _refused(field_name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={field_name: [sentence]})
