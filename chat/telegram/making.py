"""Asks for pictures as every door does: an unsaved batch, submitted, and then watched."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from chat.models import TelegramWatch
from chat.telegram import errors, tasks
from chat.telegram.calling import ask
from chat.telegram.reading import File
from chat.telegram.said import Said
from generation import uploads
from generation.expand import Chosen, expand
from generation.models import Batch, ImageModel, Input
from generation.submit import digest_of, submit, submitted
from pixazo.errors import UserError
from workspaces.models import Topic, Workspace

MOST_MB = 20  # that a bot may fetch


class NoModel(UserError):
    code = "no_model"
    status = 503


def draw_words(said: Said, words: str) -> None:
    """By the model that they chose."""
    draw(said, model_for(said, Batch.Mode.TEXT), prompt=words)


def draw(said: Said, model: ImageModel, chosen: Chosen | None = None, **wanted: Any) -> None:
    """From words; `wanted` is more of the batch, `chosen` what is laid around them."""
    if _is_there(said):
        return
    batch = _asked(said, said.workspace(), model, **wanted)
    if chosen and (chosen.theme or chosen.style):
        batches = expand(batch, chosen)
        if len(batches) > 1:
            raise UserError(
                _("This means several pictures at once. Open it on the site, and draw it there."),
                code="too_many_prompts",
                status=422,
            )
        batch = batches[0]
    watch(said, submit(batch))


def draw_from(said: Said, words: str) -> None:
    """The picture that was sent, drawn anew as the words say."""
    file = said.told.picture
    assert file is not None
    if _is_there(said):
        return
    model = model_for(said, Batch.Mode.IMAGE)
    workspace = said.workspace()
    sent = SimpleUploadedFile(file.name, fetched(file))
    upload = uploads.receive(workspace, said.person, sent)
    source = Input(role=Input.Role.SOURCE, upload=upload)
    order(said, workspace, model, [source], prompt=words, mode=Batch.Mode.IMAGE)


def order(
    said: Said,
    workspace: Workspace,
    model: ImageModel,
    pictures: list[Input],
    topic: Topic | None = None,
    **wanted: Any,
) -> None:
    """From pictures, once for each thing that was said, and watched. Raises as `submit` does."""
    batch = _asked(said, workspace, model, topic, **wanted)
    batch.pictures = pictures
    watch(said, submit(batch))


def watch(said: Said, batch: Batch) -> None:
    """Show in the chat how it gets on, and what becomes of it."""
    known = {"link": said.link, "batch": batch}
    row, _new = TelegramWatch.objects.get_or_create(update_number=said.told.number, defaults=known)
    tasks.ring_to_look(row.pk)


def model_for(said: Said, mode: str) -> ImageModel:
    """The one that they chose, if it can do that; else the first of theirs that can."""
    rows = ImageModel.objects.usable_by(said.person).order_by("trouble", "position", "name")
    able = [each for each in rows if mode in each.contract.modes]
    chosen = [each for each in able if each.slug == said.link.image_model]
    if not able:
        raise NoModel(_("No model that you can use does that at present."))
    return (chosen or able)[0]


def fetched(file: File) -> bytes:
    """Raises `UserError` for one that is too large for a bot."""
    too_large = UserError(
        _("Telegram gives me files of up to %(size)s MB only.") % {"size": MOST_MB},
        code="too_large",
    )
    if file.bytes > MOST_MB * 1024 * 1024:
        raise too_large

    async def both(bot: Any) -> bytes:
        found = await bot.get_file(file.id)
        return bytes(await found.download_as_bytearray())

    try:
        return ask(both)
    except errors.Refused:
        raise too_large from None


def _asked(
    said: Said,
    workspace: Workspace,
    model: ImageModel,
    topic: Topic | None = None,
    **wanted: Any,
) -> Batch:
    return Batch(
        workspace=workspace,
        topic=topic or workspace.default_topic,
        author=said.person,
        model=model,
        door=Batch.Door.TELEGRAM,
        idempotency_key=said.key,
        idempotency_digest=_digest(said),
        **{"count": 1} | wanted,
    )


def _is_there(said: Said) -> bool:
    """It was asked for before, and whoever worked on it died of something else."""
    earlier = submitted(said.person, said.key, _digest(said))
    if earlier is not None:
        watch(said, earlier)
    return earlier is not None


def _digest(said: Said) -> str:
    return digest_of({"update": said.told.number})
