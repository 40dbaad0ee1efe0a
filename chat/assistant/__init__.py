"""The prompt assistant: it proposes, and changes nothing by itself (D7)."""

from typing import Any

from chat.assistant import local, recommending, styles
from chat.assistant.local import Enhanced
from chat.assistant.recommending import Recommended
from chat.assistant.styles import Suggested, SuggestedStyle
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


def enhance(
    prompt: str, *, model: ImageModel | None = None, person: Any, seed: int = 0
) -> Enhanced:
    """A prompt that says more, and why. `model`: the image model that shall read it."""
    return local.enhance(prompt, seed=seed, model=model)


def recommend_model(prompt: str, style: Style | str = "", *, person: Any) -> Recommended:
    """One that this person may use. Raises `recommending.NoModel`."""
    models = recommending.usable_models(person)
    if isinstance(style, Style):
        return recommending.recommend(prompt, models, style)
    return recommending.recommend(prompt, models, words=style)


def suggest_styles(prompt: str, workspace: Workspace, *, person: Any, seed: int = 0) -> Suggested:
    """Those that this person may choose in the workspace before new ones."""
    rows: Any = Style.objects.usable_in(workspace, person)
    return styles.suggest(prompt, list(rows), seed=seed)
