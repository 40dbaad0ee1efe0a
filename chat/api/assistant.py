"""The assistant for programs: a better prompt, what model and styles suit it (S205-S208)."""

from typing import Any

from rest_framework.response import Response

from chat import assistant
from chat.api import asked
from chat.assistant.admitting import admit
from pixazo.api import Door, DoorRequest
from pixazo.scopes import GENERATE


class Enhance(Door):
    """`{prompt, model, seed}` -> `{prompt, notes, by}`."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        prompt, seed = asked.prompt(request), asked.seed(request)
        model = asked.image_model(request)
        admit(request.user)
        found = assistant.enhance(prompt, model=model, person=request.user, seed=seed)
        return Response({"prompt": found.prompt, "notes": list(found.notes), "by": _by(found.by)})


class RecommendModel(Door):
    """`{prompt, style, workspace}` -> `{model_id, reason}`: only what the caller may use."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        prompt, place = asked.prompt(request), asked.workspace(request)
        style, words = asked.style(request, place)
        admit(request.user)
        found = assistant.recommend_model(prompt, style or words, person=request.user)
        return Response(
            {
                "model_id": found.model.slug,
                "model": found.model.slug,
                "name": found.model.name,
                "reason": found.reason,
                "by": _by(found.by),
            }
        )


class SuggestStyles(Door):
    """`{prompt, workspace, seed}` -> `{styles, notes}`: those that are there before new ones."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        prompt, seed = asked.prompt(request), asked.seed(request)
        place = asked.workspace(request)
        admit(request.user)
        found = assistant.suggest_styles(prompt, place, person=request.user, seed=seed)
        styles: list[dict[str, Any]] = [
            {
                "id": str(each.pk) if each.pk else None,
                "name": each.name,
                "positive_prompt": each.positive_prompt,
                "negative_prompt": each.negative_prompt,
                "reason": each.reason,
                "new": each.is_new,
            }
            for each in found.styles
        ]
        return Response({"styles": styles, "notes": list(found.notes), "by": _by(found.by)})


def _by(name: str) -> str:
    """Who answered: a language model, or the site's own words."""
    return name or "local"
