"""What can be said to the bot: one file for each command, found by its name."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from chat.telegram.commands import (
    about,
    enhance,
    export,
    image,
    model,
    new,
    prompts,
    save,
    stop,
    talk,
    workspace,
)
from chat.telegram.said import Said

COMMANDS: dict[str, Callable[[Said], Any]] = {
    "enhance": enhance.run,
    "export": export.run,
    "model": model.run,
    "new": new.run,
    "help": about.run,
    "image": image.run,
    "imagine": image.run,  # as bots elsewhere call it
    "prompts": prompts.run,
    "save": save.run,
    "workspace": workspace.run,
    "stop": stop.run,
}


def run(said: Said) -> None:
    """A command, a picture with words, or words."""
    told = said.told
    if told.command in COMMANDS:
        COMMANDS[told.command](said)
    elif told.command:
        text = _("I don't know /%(name)s. /help says what I know.")
        said.reply(text % {"name": told.command[:40]})
    elif told.picture is not None:
        image.from_picture(said)
    elif told.words.strip():
        talk.run(said)
    else:
        said.reply(_("I understand words and pictures. /help says more."))
