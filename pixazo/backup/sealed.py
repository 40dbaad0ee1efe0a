"""Encrypts what leaves the machine: AES-256-GCM in pieces, so that a file of any length takes the
memory of one. Cut off, put in another order or changed, it does not open."""

import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PIECE = 2**20
START, TAG = 7, 16  # bytes: the random beginning of all pieces' nonces; what a piece grows by
MORE, LAST = b"\x00", b"\x01"


@dataclass(frozen=True)
class Key:
    sealing: bytes
    naming: bytes  # of files, which don't say by their names what is in them either

    @classmethod
    def of(cls, phrase: str, salt: bytes) -> "Key":
        """Slow on purpose: a tenth of a second and 32 MiB for each guess."""
        made = Scrypt(salt=salt, length=64, n=2**15, r=8, p=1).derive(phrase.encode())
        return cls(made[:32], made[32:])

    def name(self, words: str) -> str:
        return hmac.digest(self.naming, words.encode(), "sha256").hex()


class Unreadable(Exception):
    """Damaged, or sealed with another key."""


def seal(chunks: Iterable[bytes], key: Key) -> Iterator[bytes]:
    cipher, start = AESGCM(key.sealing), os.urandom(START)
    yield start
    number, rest = 0, b""
    for chunk in chunks:
        rest += chunk
        while len(rest) > PIECE:  # the last piece is never empty, unless all is
            yield cipher.encrypt(_nonce(start, number, MORE), rest[:PIECE], None)
            number, rest = number + 1, rest[PIECE:]
    yield cipher.encrypt(_nonce(start, number, LAST), rest, None)


def length(size: int) -> int:
    """Of what so many bytes become."""
    pieces = max(1, -(-size // PIECE))
    return START + size + pieces * TAG


def opened(file: IO[bytes], key: Key) -> Iterator[bytes]:
    """Raises `Unreadable` for what was sealed with another key, or is damaged."""
    cipher, start = AESGCM(key.sealing), file.read(START)
    number, piece = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(start, number, MORE if following else LAST), piece, None)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        if not following:
            return
        number, piece = number + 1, following


def _nonce(start: bytes, number: int, end: bytes) -> bytes:
    return start + number.to_bytes(4, "big") + end
