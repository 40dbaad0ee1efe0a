"""Ways from a chat to the site's pages (D10)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from chat.telegram.saying import Button
from generation.models import Batch, Image
from pixazo.checks import is_loopback


def has_address() -> bool:
    """Telegram takes no button that leads to somebody's own machine."""
    return not is_loopback(urlsplit(settings.SITE_URL).hostname or "")


def rows_to(text: str, address: str) -> list[list[Button]]:
    return [[Button(text, url=address)]] if has_address() else []


def to(thing: Batch | Image) -> str:
    return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def open_rows(address: str) -> list[list[Button]]:
    return rows_to(_("Open on the site"), address)
