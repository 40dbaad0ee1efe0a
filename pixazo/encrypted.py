"""A text field that is encrypted at rest, with keys made from PIXAZO_ENCRYPTION_KEYS and, where
there are none, from PIXAZO_SECRET_KEY. The first encrypts, all of them read (`rotate_keys`)."""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class EncryptedTextField(models.TextField):
    """Reads and writes plain text; the database holds a Fernet token (AES-128-CBC + HMAC).

    A value that another secret key encrypted reads as an empty text; saved again it stays as it
    was, so that a key that was wrong for a while destroys nothing.
    """

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.token
        text = super().get_prep_value(value)
        return _cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken:
            return Unreadable(value)


class Unreadable(str):
    """An empty text that remembers what the database holds in its place."""

    token: str

    def __new__(cls, token: str) -> "Unreadable":
        text = super().__new__(cls, "")
        text.token = token
        return text


def renewed(token: str) -> str:
    """The same text under the newest key; the very same token where it is that already. Raises
    `InvalidToken` for one that no key reads."""
    newest, *_ = _keys()
    try:
        newest.decrypt(token.encode())
    except InvalidToken:
        return _cipher().rotate(token.encode()).decode()
    return token


def is_readable(token: str) -> bool:
    try:
        _cipher().decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _cipher() -> MultiFernet:
    return MultiFernet(_keys())


def _keys() -> list[Fernet]:
    secrets = (*settings.ENCRYPTION_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_key(secret) for secret in secrets]


@cache
def _key(secret: str) -> Fernet:
    digest = hashlib.sha256(b"pixazo.encrypted:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
