"""Reads the studio's form: the request as it was sent, and what lies around its prompt."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from generation.expand import Chosen
from generation.models import Batch, ImageModel, Input, reason
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest
from workspaces.models import Style, Theme, Topic
from workspaces.models.topic import topic_id

NUMBERS = (
    "width",
    "height",
    "count",
    "num_inference_steps",
    "guidance_scale",
    "strength",
    "scale",
    "seed",
)
MARGINS = ("left", "top", "right", "bottom")
ROLES = ("source", "mask", "reference")
GONE = {
    "style": gettext_noop("This style is not there any more. Choose another one."),
    "theme": gettext_noop("This theme is not there any more. Choose another one."),
}


def batch_of(request: WorkspaceRequest) -> Batch:
    """The unsaved request: `submit` checks it and fills in what is missing."""
    sent = request.POST
    margins = {side: sent[side] for side in MARGINS if sent.get(side)}
    batch = Batch(
        workspace=request.workspace,
        topic=_topic(request),
        author=request.user,
        door=Batch.Door.PAGE,
        reason=reason.read(sent.get("reason", "")),
        model=_model(request, sent.get("model", "")),
        prompt=sent.get("prompt", ""),
        negative_prompt=sent.get("negative_prompt", ""),
        mode=sent.get("mode", ""),
        scheduler=sent.get("scheduler", ""),
        loras=[*sent.getlist("loras"), *sent.getlist("lora")],
        time_class=sent.get("time_class", ""),
        margins=margins or None,
        idempotency_key=request.headers.get("Idempotency-Key", "")[:90],
        **{name: sent.get(name) or None for name in NUMBERS},
    )
    batch.variation = sent.get("variation", "")
    batch.pictures = _pictures(request)
    return batch


def chosen_in(request: WorkspaceRequest) -> Chosen:
    """Theme and style, by their ids; what is not for this person here does not exist."""
    return Chosen(theme=_kept(request, Theme, "theme"), style=_kept(request, Style, "style"))


def expected_in(request: WorkspaceRequest) -> int | None:
    """How many prompts the person has seen and confirmed."""
    text = request.POST.get("expected", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def sent_in(request: WorkspaceRequest) -> dict[str, list[str]]:
    """What makes one request of the form another than the next; not what only confirms it."""
    leave_out = {"csrfmiddlewaretoken", "expected", "first"}
    lists: Iterable[tuple[str, list[str]]] = request.POST.lists()
    return {name: values for name, values in lists if name not in leave_out}


def _kept(request: WorkspaceRequest, kind: Any, name: str) -> Any:
    sent = request.POST.get(name, "")
    if not sent:
        return None
    try:
        pk = UUID(sent)
    except ValueError:
        row = None
    else:
        row = kind.objects.usable_in(request.workspace, request.user).filter(pk=pk).first()
    if row is None:
        sentence = gettext(GONE[name])
        raise UserError(sentence, code="invalid", fields={name: [sentence]})
    return row


def _topic(request: WorkspaceRequest) -> Topic:
    """That of the form, else the workspace's default."""
    if not (sent := request.POST.get("topic", "")):
        return request.workspace.default_topic
    pk = topic_id(sent)
    topic = request.workspace.topics.filter(pk=pk).first() if pk else None
    if topic is None:
        sentence = "This topic is not there any more. Choose another one."
        raise UserError(sentence, code="invalid", fields={"topic": [sentence]})
    return topic


def _pictures(request: WorkspaceRequest) -> list[Input]:
    """Named as `image:<id>` or `upload:<id>`; references may be several."""
    found = []
    for role in ROLES:
        names = [name for name in request.POST.getlist(role) if name]
        for position, name in enumerate(names):
            try:
                picture = Input.objects.named(request.workspace, name, role)
            except UserError as error:
                error.fields = {role: [error.sentence]}
                raise
            picture.position = position
            found.append(picture)
    return found


def _model(request: WorkspaceRequest, slug: str) -> ImageModel:
    """One that is switched off is found too: the batch's own check says so by name."""
    model = ImageModel.objects.seen_by(request.user).filter(slug=slug).first()
    if model is None:
        sentence = _("This model is not there any more. Choose another one.")
        raise UserError(sentence, code="invalid", fields={"model": [sentence]})
    return model
