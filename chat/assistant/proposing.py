"""The proposals of the site's own words, which need no service."""

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from chat.assistant import local, recommending, styles
from chat.assistant.change_set import ChangeSet, Part, checked
from chat.assistant.form_state import Allowed, FormState
from chat.assistant.vocabulary import words_of
from generation.contract import PROMPT_LENGTH
from generation.models import ImageModel

# A clause of a prompt that says what shall not be there.
WITHOUT = re.compile(r"^(?:without|no|ohne|kein|keine|keinen)\s+(?:any\s+)?(\w[\w -]{1,60})$", re.I)
UPRIGHT = words_of("portrait full_body full_figure upright tower skyscraper poster waterfall")
WIDE = words_of("panorama panoramic landscape skyline wide_shot wide_view banner horizon")
FAR_OFF = 0.6  # of the steps that a model is made for: below, pictures are unfinished


def improve(form: FormState, allowed: Allowed, seed: int = 0) -> ChangeSet:
    """A prompt that says more, what is left out, and a size and steps that fit it."""
    if not (model := allowed.model(form)):
        return ChangeSet(notes=(_("No model can be used at present."),))
    kept, out = _parted(form.prompt) if model.contract.negative_prompt else (form.prompt, [])
    style = allowed.style(form)
    better = local.enhance(kept, seed=seed, model=model, has_style=bool(style))
    said: dict[str, Any] = {"prompt": {"value": better.prompt, "reason": " ".join(better.notes)}}
    if negative := _negative(form, better.prompt, out, has_style=bool(style)):
        said["negative_prompt"] = negative
    if steps := _steps(form, model):
        said["num_inference_steps"] = steps
    if size := _size(form, model):
        said["size"] = size
    found = checked(said, form, allowed)
    changes_prompt = any(each.name == "prompt" for each in found.parts)
    return found if changes_prompt else replace(found, notes=(*better.notes, *found.notes))


def suggest_model(form: FormState, allowed: Allowed, seed: int = 0) -> ChangeSet:
    models = [each for each in allowed.models if not each.trouble] or list(allowed.models)
    if not models:
        return ChangeSet(notes=(_("No model can be used at present."),))
    found = recommending.recommend(form.prompt, models, allowed.style(form))
    said = {"model": {"value": found.model.slug, "reason": found.reason}}
    change_set = checked(said, form, allowed)
    if change_set.parts:
        return change_set
    stays = _("%(name)s, which is chosen, suits it.") % {"name": found.model.name}
    return replace(change_set, notes=(f"{stays} {found.reason}",))


def suggest_style(form: FormState, allowed: Allowed, seed: int = 0) -> ChangeSet:
    """Several to choose one from: those that are there, then new ones as words of the prompt."""
    there = [each for each in allowed.styles if str(each.pk) != form.style]
    found = styles.suggest(form.prompt, there, seed=seed).styles
    model = allowed.model(form)
    parts: list[Part] = []
    for each in found:
        if not each.is_new:
            said = {"style": {"value": str(each.pk), "reason": each.reason}}
            parts += checked(said, form, allowed).parts
        elif not local.is_starter(model):  # it would read past the words
            parts.append(_as_words(each, form))
    if not parts:
        return ChangeSet(notes=(_("No other style suits this prompt better."),))
    return ChangeSet(tuple(parts))


def _as_words(style: styles.SuggestedStyle, form: FormState) -> Part:
    text = style.positive_prompt.replace("{prompt}", form.prompt.rstrip(" ,.;"))[:PROMPT_LENGTH]
    return Part("prompt", form.prompt, text, {"prompt": text}, style.reason)


KINDS = {"improve": improve, "model": suggest_model, "style": suggest_style}


def _parted(prompt: str) -> tuple[str, list[str]]:
    """The prompt without its "no cars", and the cars."""
    kept: list[str] = []
    out: list[str] = []
    for clause in prompt.split(","):
        found = WITHOUT.match(clause.strip())
        (out if found else kept).append(found[1] if found else clause)
    return (",".join(kept).strip(), out) if "".join(kept).strip() else (prompt, [])


def _negative(
    form: FormState, prompt: str, out: list[str], *, has_style: bool
) -> dict[str, Any] | None:
    if out:
        text = ", ".join([*filter(None, [form.negative_prompt]), *out])
        reason = _("What shall not be there works better here than in the prompt.")
        return {"value": text, "reason": reason}
    if form.negative_prompt or has_style:
        return None
    reason = _("Leaving these out keeps the picture to what the prompt says.")
    return {"value": styles.left_out(prompt), "reason": reason}


def _steps(form: FormState, model: ImageModel) -> dict[str, Any] | None:
    steps = model.contract["num_inference_steps"]
    text = form.num_inference_steps
    if steps.fixed or not (text.isascii() and text.isdigit() and len(text) < 5):
        return None
    if int(text) >= steps.default * FAR_OFF:
        return None
    reason = _("With fewer steps than that, pictures of this model look unfinished.")
    return {"value": int(steps.default), "reason": reason}


def _size(form: FormState, model: ImageModel) -> dict[str, Any] | None:
    """Only of a square, which somebody may not have chosen."""
    if not form.width or form.width != form.height:
        return None
    is_upright, is_wide = UPRIGHT.search(form.prompt), WIDE.search(form.prompt)
    if bool(is_upright) == bool(is_wide):
        return None
    fits = [
        (width, height)
        for width, height in model.contract.presets.values()
        if (height > width if is_upright else width > height)
    ]
    if not fits:
        return None
    width, height = min(fits, key=lambda each: max(each) / min(each))
    word = (is_upright or is_wide or [""])[0]
    reason = _("“%(words)s” has more room in it.") % {"words": word}
    return {"value": [width, height], "reason": reason}
