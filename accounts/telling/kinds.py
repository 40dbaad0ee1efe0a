"""The one list of what people are told of, and by which channels each of it may reach them.

Everything but `drawn` and `picture` stands in the bell in any case. A channel that a room above
adds (a bot) is a name here, offered as soon as it is registered (`accounts.telling.channels`).
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

# In this order on the page. The first two are done by the page's own scripts.
CHANNELS: dict[str, Any] = {
    "browser": gettext_lazy("Browser"),
    "sound": gettext_lazy("Sound"),
    "mail": gettext_lazy("Mail"),
    "telegram": gettext_lazy("Telegram"),
    "webhook": gettext_lazy("Webhook"),
}
LONG_MINUTES = 10  # until somebody says otherwise


@dataclass(frozen=True)
class Kind:
    name: str
    title: Any
    note: Any
    channels: dict[str, bool] = field(default_factory=dict)  # name: on, where nothing was chosen
    is_for_staff: bool = False


KINDS = (
    Kind(
        "picture",
        gettext_lazy("Each picture that is done"),
        gettext_lazy("For programs: one call for each, also where others of the request go on."),
        {"webhook": False},
    ),
    Kind(
        "drawn",
        gettext_lazy("Pictures are done"),
        gettext_lazy("Browser and sound: as long as a studio is open in this browser."),
        {"browser": False, "sound": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "long",
        gettext_lazy("A request that took long is done"),
        gettext_lazy("Longer than the minutes below."),
        {"mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "failed",
        gettext_lazy("A request failed"),
        gettext_lazy("None of its pictures could be made."),
        {"browser": False, "sound": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "mention",
        gettext_lazy("Somebody mentions you"),
        gettext_lazy("In a comment."),
        {"browser": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "comment",
        gettext_lazy("Somebody replies, or comments on your pictures"),
        "",
        {"browser": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "people",
        gettext_lazy("Your workspaces and their people"),
        gettext_lazy("Who comes, goes, or may do more or less. Invitations always come by mail."),
        {"browser": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "published",
        gettext_lazy("Staff decide about a picture that you show"),
        "",
        {"browser": False, "mail": False, "telegram": False},
    ),
    Kind(
        "archive",
        gettext_lazy("An archive is ready"),
        gettext_lazy("A workspace as one file, sent or taken in."),
        {"browser": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "going",
        gettext_lazy("Pictures go by your plan"),
        gettext_lazy("Some days before, so that they can be kept."),
        {"browser": False, "mail": True, "telegram": False},
    ),
    Kind(
        "limit",
        gettext_lazy("Most of a day's units are used"),
        gettext_lazy("Once a day, when only a fifth is left."),
        {"browser": False, "mail": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "payment",
        gettext_lazy("Your plan and payments"),
        gettext_lazy("A payment that failed is always told by mail as well."),
        {"browser": False, "telegram": False, "webhook": False},
    ),
    Kind(
        "ticket",
        gettext_lazy("Staff answer your request"),
        gettext_lazy("The letter has the answer itself, and may be answered."),
        {"browser": False, "mail": True, "telegram": False, "webhook": False},
    ),
    Kind(
        "webhook",
        gettext_lazy("Your webhook was switched off"),
        gettext_lazy("Since it did not answer for long."),
        {"browser": False, "mail": True, "telegram": False},
    ),
    Kind(
        "work",
        gettext_lazy("Somebody asks for help"),
        gettext_lazy("Staff only."),
        {"browser": False, "mail": True, "telegram": False},
        is_for_staff=True,
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def key_of(channel: str, kind: str) -> str:
    """The preference that says whether."""
    return f"{channel}:{kind}"


def defaults() -> dict[str, bool]:
    return {
        key_of(channel, kind.name): is_on
        for kind in KINDS
        for channel, is_on in kind.channels.items()
    }
