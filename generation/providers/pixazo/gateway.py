"""The gateway itself: its host, and the key in every call."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from generation.providers.errors import KeyRefused
from generation.providers.remote.asking import Account, ask


class Gateway:
    """Asks for one account. `key_header` is for models that want the key a second time."""

    def __init__(self, account: Account, key_header: str = "") -> None:
        if not account.api_key:
            raise KeyRefused(_("There is no key for this model's service yet."), code="no_key")
        self.account = account
        self.base = account.base_url
        self.headers = account.headers | {"Cache-Control": "no-cache"}
        if key_header:
            self.headers[key_header] = account.api_key

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or ""

    def order(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        """A `post` whose call was counted before."""
        url = self.base + path
        return ask(self.account, "POST", url, self.headers, data=data, is_counted=True)

    def post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        return ask(self.account, "POST", self.base + path, self.headers, data=data)

    def get(self, path: str) -> dict[str, Any]:
        return ask(self.account, "GET", self.base + path, self.headers, seconds=30.0)
