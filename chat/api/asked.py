"""What the doors of the assistant share: what somebody may send."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from generation.api.place import membership_named
from generation.contract import MAX_SEED, PROMPT_LENGTH
from generation.models import ImageModel
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from workspaces.models import Style, Workspace

LONGEST_NAME = 100


def wrong(name: str, sentence: str, status: int = 400) -> UserError:
    code = "not_found" if status == 404 else "invalid"
    return UserError(sentence, code=code, status=status, fields={name: [sentence]})


def text(request: DoorRequest, name: str, longest: int = PROMPT_LENGTH) -> str:
    value = request.data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(name, _("“%(name)s” must be a text.") % {"name": name})
    if len(value) > longest:
        sentence = _("“%(name)s” may be up to %(longest)s characters long.")
        raise wrong(name, sentence % {"name": name, "longest": longest})
    return value.strip()


def prompt(request: DoorRequest) -> str:
    if found := text(request, "prompt"):
        return found
    raise wrong("prompt", _("Describe the picture you want."))


def seed(request: DoorRequest) -> int:
    """Another one gives another answer to the same prompt."""
    value = request.data.get("seed")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEED:
        raise wrong(
            "seed", _("“seed” must be a whole number from 0 to %(most)s.") % {"most": MAX_SEED}
        )
    return value


def workspace(request: DoorRequest) -> Workspace:
    """Where the styles are looked for; without it where the person worked last."""
    name = text(request, "workspace", LONGEST_NAME)
    if not name:
        return Workspace.objects.home_of(request.user)
    try:
        return membership_named(request.user, name).workspace
    except Http404:
        sentence = _("You have no workspace of that name. Send its slug.")
        raise wrong("workspace", sentence, 404) from None


def image_model(request: DoorRequest) -> ImageModel | None:
    """The model of that slug, as far as this person may use it."""
    name = text(request, "model", LONGEST_NAME)
    if not name:
        return None
    model = None
    if name.isascii() and name.isprintable():
        model = ImageModel.objects.usable_by(request.user).filter(slug=name).first()
    if model is None:
        sentence = _("There is no such model. /api/models lists those that you can use.")
        raise wrong("model", sentence)
    return model


def style(request: DoorRequest, place: Workspace) -> tuple[Style | None, str]:
    """One that this person may choose there, by its id or its name; else the words as they are.
    A foreign id is not there."""
    name = text(request, "style")
    if not name:
        return None, ""
    rows: Any = Style.objects.usable_in(place, request.user)
    try:
        found = rows.filter(pk=UUID(name)).first()
    except ValueError:
        return rows.filter(name__iexact=name[:LONGEST_NAME]).first(), name
    if found is None:
        raise wrong("style", _("This style is not there any more. Choose another one."), 404)
    return found, name
