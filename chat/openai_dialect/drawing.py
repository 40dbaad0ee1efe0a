"""A picture as an answer: what an image model says to a chat. LobeChat asks so for models that it
marks with `:image`; whoever chooses an image model in a chat of theirs sees the picture, too."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

from chat.llm import Completion
from chat.openai_dialect import form
from chat.openai_dialect.asked import Asked
from generation.models import Batch, Job
from generation.openai_dialect import answers, wording
from generation.openai_dialect.files import url_of
from generation.openai_dialect.order import order
from generation.openai_dialect.waiting import Waiting
from pixazo.api import DoorRequest
from pixazo.later import Look
from pixazo.openai_form.errors import refusal

# A chat is read again later; after that the picture is in the workspace still.
HOURS = 30 * 24
# Of a chat's own fields, none says anything about a picture.
OF_CHATS = ("messages", "stream", "stop", "tools", "response_format", "n")


def ordered(request: DoorRequest, asked: Asked, body: Mapping[str, Any]) -> "Drawing":
    """Raises `UserError`."""
    words = {name: value for name, value in body.items() if name not in OF_CHATS}
    wanted = wording.read({**words, "prompt": asked.last_words})
    first, *others = asked.last_pictures or [""]
    pictures: dict[str, Any] = {"source": first, "references": others} if first else {}
    batch = order(request, wanted, {**body}, pictures)
    base = request.build_absolute_uri("/").rstrip("/")
    return Drawing(wanted, batch, base, asked)


class Drawing(Waiting):
    def __init__(self, wanted: wording.Asked, batch: Batch, base: str, asked: Asked) -> None:
        super().__init__(wanted, batch, base)
        self.is_stream = asked.stream
        self.form = form.Form(asked.model or batch.model.slug)

    def look(self) -> Look:
        look = super().look()
        if not (self.is_stream and look.answer):
            return look
        if look.answer.status_code >= 400:
            return Look([b"data: " + look.answer.content + b"\n\n"], HttpResponse())
        message = json.loads(look.answer.content)["choices"][0]["message"]
        events = [
            self.form.begun(),
            self.form.piece({"content": message["content"], "images": message["images"]}),
            self.form.piece({}, "stop"),
            form.DONE,
        ]
        return Look(events, HttpResponse())

    def answer(self, jobs: list[Job]) -> HttpResponse:
        made = [job.image for job in jobs if answers.is_made(job)]
        if not made:
            return refusal(answers.why_not(jobs))
        links = [f"![]({self.base}{url_of(image, self.asked.format, HOURS)})" for image in made]
        kind = f"image/{self.asked.format}"
        images = [
            {
                "type": "image_url",
                "image_url": {"url": f"data:{kind};base64,{answers.b64_of(self.asked, image)}"},
            }
            for image in made
        ]
        return JsonResponse(self.form.whole(Completion("\n\n".join(links)), images=images))
