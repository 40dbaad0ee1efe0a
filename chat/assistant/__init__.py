"""The prompt assistant: it proposes, and changes nothing by itself (D7).

A language model answers where one is set up, else the site's own words; where the model fails,
these answer too, and it is said.
"""

from typing import Any

from django.utils.translation import get_language

from chat.assistant import consulting, local, recommending, styles
from chat.assistant.local import Enhanced
from chat.assistant.recommending import Recommended
from chat.assistant.styles import Suggested, SuggestedStyle
from generation.contract import PROMPT_LENGTH
from generation.models import ImageModel
from workspaces.models import Style, Workspace

__all__ = [
    "Enhanced",
    "Recommended",
    "Suggested",
    "SuggestedStyle",
    "enhance",
    "recommend_model",
    "suggest_styles",
]

MOST_NOTES = 6
ENHANCE = (
    "You improve prompts for image models. Keep what the prompt asks for, its subject and its"
    " language of templates such as {a|b}, __list__ and (word:1.2). Add only what it leaves open:"
    " view, light, mood, colours, detail, what it is made with. Answer with"
    ' {"prompt": the better prompt in English, "notes": [why, for each change]}.'
)
RECOMMEND = (
    "You choose the image model that suits a prompt best, among those in `models` and no others."
    ' Answer with {"model": its id, "reason": why}.'
)
SUGGEST = (
    "You suggest styles for a prompt. First up to three of those in `styles`, by their exact names;"
    " then up to two new ones that none of those is like. Answer with"
    ' {"existing": [{"name", "reason"}], "new": [{"name", "positive_prompt", "negative_prompt",'
    ' "reason"}]}; in positive_prompt {prompt} is where the prompt goes.'
)


def enhance(
    prompt: str, *, model: ImageModel | None = None, person: Any, seed: int = 0
) -> Enhanced:
    """A prompt that says more, and why. `model`: the image model that shall read it; where none is
    named, the one that this person may use, if there is no other."""
    model = model or _only_model(person)
    if (asked := consulting.model_for(person)) is None:
        return local.enhance(prompt, seed=seed, model=model)
    facts = _facts(prompt=prompt, image_model=recommending.told(model) if model else None)
    try:
        said = consulting.consult(asked, ENHANCE, facts, person=person)
        better = consulting.wanted(said.get("prompt"), PROMPT_LENGTH)
    except consulting.FAILURES as problem:
        found = local.enhance(prompt, seed=seed, model=model)
        return Enhanced(found.prompt, (consulting.fallen_back(problem), *found.notes))
    return Enhanced(better, tuple(consulting.texts_of(said.get("notes"), MOST_NOTES)), asked.slug)


def _only_model(person: Any) -> ImageModel | None:
    try:
        usable = recommending.usable_models(person)
    except recommending.NoModel:
        return None
    return usable[0] if len(usable) == 1 else None


def recommend_model(prompt: str, style: Style | str = "", *, person: Any) -> Recommended:
    """One that this person may use. Raises `recommending.NoModel`."""
    models = recommending.usable_models(person)
    kept = style if isinstance(style, Style) else None
    words = style if isinstance(style, str) else style.positive_prompt
    own = recommending.recommend(prompt, models, kept, words)
    if len(models) == 1 or (asked := consulting.model_for(person)) is None:
        return own
    facts = _facts(prompt=prompt, style=words, models=[recommending.told(each) for each in models])
    try:
        said = consulting.consult(asked, RECOMMEND, facts, person=person)
    except consulting.FAILURES as problem:
        return Recommended(own.model, f"{own.reason} {consulting.fallen_back(problem)}")
    chosen = recommending.named(said.get("model"), models)
    if chosen is None:
        # A name that it made up, or one that is not this person's.
        return own
    return Recommended(chosen, consulting.reason_of(said.get("reason")) or own.reason, asked.slug)


def suggest_styles(prompt: str, workspace: Workspace, *, person: Any, seed: int = 0) -> Suggested:
    """Those that this person may choose in the workspace before new ones."""
    rows: Any = Style.objects.usable_in(workspace, person)
    there = list(rows)
    own = styles.suggest(prompt, there, seed=seed)
    if (asked := consulting.model_for(person, workspace)) is None:
        return own
    facts = _facts(prompt=prompt, styles=[styles.told(each) for each in there[: styles.MOST_TOLD]])
    try:
        said = consulting.consult(asked, SUGGEST, facts, person=person)
    except consulting.FAILURES as problem:
        return Suggested(own.styles, (consulting.fallen_back(problem),))
    found = styles.read(said, there)
    return Suggested(found, by=asked.slug) if found else own


def _facts(**known: Any) -> dict[str, Any]:
    return {**known, "language": get_language() or "en"}
