"""One request to a service: within its rate, and every failure told apart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from generation.providers.base import ImageRequest
from generation.providers.errors import BadAnswer
from generation.providers.remote import failures, rate
from pixazo import outgoing

# Less than a job may go without a step (PIXAZO_STALL_SECONDS), and what vendors' own clients wait.
CALL_SECONDS = 110.0
LIMIT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """Where a service is, and with whose key it is asked."""

    base_url: str
    api_key: str = field(default="", repr=False)
    calls_a_minute: int = 60
    key_header: str = "Authorization"
    key_prefix: str = "Bearer"

    @classmethod
    def of(cls, request: ImageRequest) -> "Account":
        return cls(
            request.base_url.rstrip("/"),
            request.api_key,
            request.calls_a_minute,
            request.key_header,
            request.key_prefix,
        )

    @property
    def headers(self) -> dict[str, str]:
        """With the key, where there is one."""
        if not (self.api_key and self.key_header):
            return {}
        return {self.key_header: f"{self.key_prefix} {self.api_key}".strip()}


def ask(
    account: Account,
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    data: Any = None,
    form: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, tuple[str, bytes, str]]] | None = None,
    seconds: float = CALL_SECONDS,
    is_counted: bool = False,
) -> dict[str, Any]:
    """The JSON object that the service answers. Raises a `ProviderError`.

    `url` must be of the account's own service: the headers carry the key. `is_counted`: `count`
    was called for it before.
    """
    if origin(url) != origin(account.base_url):
        raise BadAnswer(f"It sent us to another host: {url}")
    if not is_counted:
        count(account)
    with failures.for_staff(account.api_key):
        try:
            answer = outgoing.call(
                method,
                url,
                headers=headers,
                json=data,
                form=form,
                files=files,
                limit_bytes=LIMIT_BYTES,
                seconds=seconds,
            )
        except outgoing.Refused as refused:
            raise failures.of_refusal(refused) from None
        if not 200 <= answer.status < 300:
            raise failures.of_answer(answer)
        return json_object(answer)


def count(account: Account) -> None:
    """One more call to this service. Raises `Busy` where it takes no more at present."""
    rate.take(account.api_key or account.base_url, account.calls_a_minute)


def json_object(answer: outgoing.Answer) -> dict[str, Any]:
    try:
        data = json.loads(answer.content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise BadAnswer(f"No JSON object: {failures.excerpt(answer)}")
    return data


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a key is bound to."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme.lower(), (parts.hostname or "").lower(), port
