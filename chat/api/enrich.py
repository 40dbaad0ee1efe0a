"""CyberImage's `POST /cyberimage/api/enrich`: a prompt that says more, in a style."""

from rest_framework.response import Response

from chat import assistant
from chat.api import asked
from chat.assistant.admitting import admit
from generation.api.aliases.door import CyberDoor
from pixazo.api import DoorRequest
from pixazo.scopes import GENERATE

USUAL, NONE = "cyberpunk", "enhance"
LONGEST = 100


class Enrich(CyberDoor):
    """`{prompt, style}` -> `{original_prompt, enriched_prompt, style}`; the style `enhance` adds
    none."""

    scopes = {"POST": GENERATE}
    successor = "prompts/enhance"

    def post(self, request: DoorRequest) -> Response:
        prompt = asked.prompt(request)
        style = asked.text(request, "style", LONGEST) or USUAL
        admit(request.user)
        styled = prompt if style == NONE else f"{prompt}, {style}"
        found = assistant.enhance(styled, person=request.user)
        return Response(
            {"original_prompt": prompt, "enriched_prompt": found.prompt, "style": style}
        )
