"""From a picture to the next request: once more, a variation, the same larger."""

from typing import Any

from django.utils.translation import gettext as _

from chat.telegram import making
from chat.telegram.said import Said, membership_in
from generation.models import Batch, Image, Input
from pixazo.errors import UserError

# What another picture has in common with it.
ALIKE = (
    "prompt",
    "negative_prompt",
    "num_inference_steps",
    "guidance_scale",
    "scheduler",
    "loras",
)
THE_SAME = ("mode", "strength", "margins", "scale", "template", "width", "height")


def again(said: Said, image: Image) -> None:
    """As it was asked for, with another seed."""
    made = image.job.batch
    pictures = [
        Input(role=each.role, position=each.position, image=each.image, upload=each.upload)
        for each in made.pictures
    ]
    _order(said, image, pictures, **{name: getattr(made, name) for name in THE_SAME})


def vary(said: Said, image: Image) -> None:
    source = Input(role=Input.Role.SOURCE, image=image)
    _order(said, image, [source], mode=Batch.Mode.VARIATION, variation="subtle")


def upscale(said: Said, image: Image) -> None:
    source = Input(role=Input.Role.SOURCE, image=image)
    _order(said, image, [source], mode=Batch.Mode.UPSCALE)


def _order(said: Said, image: Image, pictures: list[Input], **wanted: Any) -> None:
    """Where the picture is, by its own model, if it is theirs to use."""
    place = membership_in(said.person, image.workspace)
    if place is None or not place.may_generate():
        sentence = _("You may look at this workspace, but not draw in it.")
        raise UserError(sentence, code="look_only", status=403)
    made = image.job.batch
    alike = {name: getattr(made, name) for name in ALIKE}
    making.order(said, place.workspace, made.model, pictures, made.topic, **alike | wanted)
