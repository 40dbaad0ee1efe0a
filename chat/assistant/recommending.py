"""Which of the models that a person may use suits a prompt, by what the catalogue knows of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.assistant import local
from chat.assistant.vocabulary import PHOTO, STARTER_WORLD, words_of
from generation.contract import tokens
from generation.models import Batch, ImageModel
from generation.queue import work
from pixazo.errors import UserError
from pixazo.texts.numbers import written
from workspaces.models import Style

FEW_STEPS = 8
LONG = 60  # tokens: shorter prompts are read by all of them
LARGE = 1024  # pixels
FIRST, SECOND = 2, 0.6  # what a seat in the staff's own order is worth

LETTERING = re.compile(
    r"[\"“„»'][^\"”“«']{2,60}[\"”“«']"
    r"|\b(?:lettering|typography|caption|that says|saying|words|logo|schriftzug)\b",
    re.IGNORECASE,
)
HURRY = words_of("quick quickly fast draft drafts rough idea ideas thumbnail schnell entwurf")
# What families are known for, by their names: services' models have no family here.
GOOD_LETTERS = re.compile(r"flux|sd-?3|stable diffusion 3|gpt", re.IGNORECASE)
GOOD_PHOTOS = re.compile(r"flux|sd-?3|stable diffusion (3|xl)|sdxl|gpt", re.IGNORECASE)
# Words of descriptions that say nothing of what is drawn.
EMPTY = words_of(
    "model models picture pictures pixel pixels small large good steps four eight billion needs"
    " with from licence parameters makes takes long prompts follow* prompt classic"
)


class NoModel(UserError):
    code = "no_model"
    status = 503


@dataclass(frozen=True)
class Recommended:
    model: ImageModel
    reason: str
    by: str = ""


@dataclass(frozen=True)
class Point:
    """Something for or against a model; what is against it is said of none."""

    worth: float
    sentence: str = ""


def usable_models(person: Any, mode: str = Batch.Mode.TEXT) -> list[ImageModel]:
    """Those that can be picked for it now; the ones in trouble last. Raises `NoModel`."""
    rows = ImageModel.objects.usable_by(person).order_by("trouble", "position", "name")
    models = [each for each in rows if mode in each.contract.modes]
    if not models:
        raise NoModel(_("No model can be used at present."))
    return [each for each in models if not each.trouble] or models


def recommend(
    prompt: str, models: Sequence[ImageModel], style: Style | None = None, words: str = ""
) -> Recommended:
    """The one of `models` that suits best. `words`: of a style that is none of ours."""
    around = style.positive_prompt if style else words
    seconds = work.usual_of_all()
    rated = [
        (points := list(_points(model, place, prompt, around, style)), model)
        for place, model in enumerate(models)
    ]
    points, model = max(rated, key=lambda each: sum(point.worth for point in each[0]))
    for_it = sorted((each for each in points if each.worth > 0), key=lambda each: -each.worth)
    sentences = [each.sentence for each in for_it if each.sentence][:2]
    if not sentences and len(models) > 1:
        sentences = [_("It is the first of those that you can use.")]
    if len(models) == 1:
        sentences = [_("It is the only one that you can use at present.")]
    return Recommended(model, " ".join([*sentences, facts(model, seconds)]))


def facts(model: ImageModel, seconds: Mapping[UUID, float]) -> str:
    """What it draws, takes and costs, in a sentence."""
    contract = model.contract
    width, height = contract["width"], contract["height"]
    steps = int(contract["num_inference_steps"].default)
    known = [
        _("%(width)s by %(height)s pixels")
        % {"width": written(width.default), "height": written(height.default)},
        ngettext("%(count)s step", "%(count)s steps", steps) % {"count": steps},
        ngettext("%(count)s unit a picture", "%(count)s units a picture", model.units)
        % {"count": model.units},
    ]
    if (usual := seconds.get(model.pk)) is not None:
        whole = max(1, round(usual))
        known.append(
            ngettext("about %(count)s second", "about %(count)s seconds", whole) % {"count": whole}
        )
    return _("Usually: %(facts)s.") % {"facts": get_text_list(known, _("and"))}


def _points(
    model: ImageModel, place: int, prompt: str, around: str, style: Style | None
) -> Iterator[Point]:
    yield Point(FIRST - SECOND * min(place, 5))
    yield Point(-0.3 * (model.units - 1))
    if style and style.model == model.slug:
        yield Point(50, _("The style “%(name)s” was made for it.") % {"name": style.name})
    yield from _of_its_world(model, prompt)
    yield from _of_its_reading(model, prompt)
    yield from _of_its_strengths(model, f"{prompt} {around}")
    contract = model.contract
    if HURRY.search(prompt) and contract["num_inference_steps"].default <= FEW_STEPS:
        yield Point(3, _("It needs few steps, which is good for trying things out."))
    if contract["width"].max >= LARGE and contract["height"].max >= LARGE:
        yield Point(0.5)


def _of_its_world(model: ImageModel, prompt: str) -> Iterator[Point]:
    if not local.is_starter(model):
        return
    if STARTER_WORLD.search(prompt) and local.kind_of(prompt) not in ("person", "animal"):
        yield Point(2, _("Scenes such as this are what it was made for."))
    else:
        yield Point(-6)


def _of_its_reading(model: ImageModel, prompt: str) -> Iterator[Point]:
    length, limit = tokens.fewest(prompt), model.contract.reads_at_most
    if limit is not None and length > limit:
        yield Point(-4)
    elif length > LONG:
        yield Point(2, _("It reads the whole of this long prompt."))


def _of_its_strengths(model: ImageModel, text: str) -> Iterator[Point]:
    named = f"{model.slug} {model.name} {model.family}"
    if LETTERING.search(text) and GOOD_LETTERS.search(named):
        yield Point(4, _("It is better than others at words within a picture."))
    if PHOTO.search(text):
        if GOOD_PHOTOS.search(named):
            yield Point(2, _("It is good at what looks like a photograph."))
        if local.is_starter(model):
            yield Point(-4)
    said = {
        word for word in re.findall(r"\w{5,}", model.description.lower()) if not EMPTY.search(word)
    }
    shared = sorted(said & set(re.findall(r"\w{5,}", text.lower())))[:2]
    if shared and not local.is_starter(model):
        yield Point(2, _("Its description speaks of “%(words)s”.") % {"words": "”, “".join(shared)})


def told(model: ImageModel) -> dict[str, Any]:
    """What a language model is told of it: nothing that is staff's."""
    contract = model.contract
    return {
        "id": model.slug,
        "name": model.name,
        "description": model.description,
        "units_a_picture": model.units,
        "steps": int(contract["num_inference_steps"].default),
        "largest": [int(contract["width"].max), int(contract["height"].max)],
        "reads_tokens": contract.reads_at_most,
        "negative_prompt": contract.negative_prompt,
    }


def named(name: Any, models: Sequence[ImageModel]) -> ImageModel | None:
    """By slug, or as people read it; None for any other."""
    if not isinstance(name, str):
        return None
    key = name.strip().casefold()
    return next((each for each in models if key in (each.slug, each.name.casefold())), None)
