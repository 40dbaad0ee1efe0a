"""Keeps prompts in the library of the web (S215, S222), and draws what is kept there."""

from typing import Any

from django.utils.translation import gettext as _

from chat.telegram import making
from chat.telegram.said import Said, membership_in
from generation.expand import Chosen
from generation.models import Batch, Image, ImageModel
from pixazo.errors import UserError
from workspaces.library.fields import title_of
from workspaces.models import SavedPrompt
from workspaces.models.saved_prompt import MOST
from workspaces.placing import place

SETTINGS = ("width", "height", "num_inference_steps", "guidance_scale")


def keep(said: Said, words: str) -> str:
    """The words alone, in the workspace where the bot works: what was said of it."""
    row = SavedPrompt(owner=said.person, title=title_of(words), prompt=words)
    place(row, said.workspace(), said.person)
    return _keep(row)


def of_image(said: Said, image: Image) -> str:
    """With all that it was drawn with, its seed among it."""
    batch = image.job.batch
    membership = membership_in(said.person, image.workspace)
    written = batch.template or {}
    prompt = written.get("prompt") or batch.prompt
    if not prompt.strip():
        sentence = _("This was made without words: there is no prompt to save.")
        raise UserError(sentence, code="no_words", status=422)
    row = SavedPrompt(
        owner=said.person,
        title=title_of(prompt),
        prompt=prompt,
        negative_prompt=written.get("negative_prompt", batch.negative_prompt),
        model=batch.model.slug,
        seed=image.job.seed,
        **{name: getattr(batch, name) for name in SETTINGS},
    )
    # Whoever only looks there keeps it as their own.
    there = image.workspace if membership and membership.may_generate() else None
    place(row, there, said.person)
    return _keep(row)


def draw(said: Said, row: SavedPrompt) -> None:
    """With all that is kept with it; by the model that they chose where its own is not theirs."""
    usable = ImageModel.objects.usable_by(said.person)
    known = usable.filter(slug=row.model).first() if row.model else None
    model = known or making.model_for(said, Batch.Mode.TEXT)
    # Of another model's settings nothing is known.
    kept: dict[str, Any] = {name: getattr(row, name) for name in (*SETTINGS, "seed") if known}
    wanted = {name: value for name, value in kept.items() if value is not None}
    wanted |= {"prompt": row.prompt, "negative_prompt": row.negative_prompt}
    making.draw(said, model, Chosen(row.theme, row.style), **wanted)


def _keep(row: SavedPrompt) -> str:
    if twin := row.twin():
        return _("It is saved already, as “%(name)s”.") % {"name": twin.title}
    SavedPrompt.objects.living().keep(row, MOST)
    return _("“%(name)s” is saved.") % {"name": row.title}
