"""/help: what the bot knows. The list that Telegram shows beside the field is the same."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Account
from chat.telegram.said import Said

LIST: tuple[tuple[str, Any], ...] = (
    ("image", gettext_lazy("Draw what stands after it")),
    ("enhance", gettext_lazy("Make the prompt after it say more")),
    ("new", gettext_lazy("Talk about something else")),
    ("model", gettext_lazy("Who answers, and who draws")),
    ("save", gettext_lazy("Keep the current prompt, or the words after it")),
    ("prompts", gettext_lazy("Your saved prompts")),
    ("export", gettext_lazy("The conversation as a file")),
    ("workspace", gettext_lazy("Where I put what is made")),
    ("stop", gettext_lazy("End the link with your account")),
    ("help", gettext_lazy("What I can do")),
)


def run(said: Said) -> None:
    account = Account.objects.of(said.person)
    place = _("I work in “%(name)s”. Units left: %(left)s.") % {
        "name": said.workspace().name,
        "left": account.left,
    }
    more = _("Whatever else you write the assistant answers.") + " "
    more += _("A photo with a caption is drawn anew as the caption says.")
    said.reply(f"{commands()}\n\n{more}\n\n{place}")


def commands() -> str:
    return "\n".join(f"/{name} - {about}" for name, about in LIST)
