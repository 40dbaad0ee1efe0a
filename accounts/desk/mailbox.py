"""Reads the mailbox that people's answers arrive in, where one is named. IMAP, once a minute."""

import imaplib
import logging
import ssl
from urllib.parse import unquote, urlsplit

from django.conf import settings

from accounts.desk.incoming import MOST_BYTES, receive

SECONDS = 20
AT_ONCE = 50

log = logging.getLogger(__name__)


def fetch() -> int:
    """Read what is new there; how many letters. A server that is away is asked the next time."""
    if not settings.HELP_MAILBOX:
        return 0
    try:
        return _read()
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("The mailbox could not be read: %s", type(error).__name__)
        return 0


def _read() -> int:
    address = urlsplit(settings.HELP_MAILBOX)
    with _connected(address.scheme, address.hostname or "", address.port) as server:
        server.login(unquote(address.username or ""), unquote(address.password or ""))
        server.select(unquote(address.path.strip("/")) or "INBOX")
        _state, found = server.uid("SEARCH", "UNSEEN")
        uids = (found[0] or b"").split()[:AT_ONCE]
        for uid in uids:
            # Only the first bytes of one that is too large, and as many as show that it is.
            _state, parts = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            if raw:
                receive(raw)
            # Once it was read: a letter that is fetched twice is known by its id.
            server.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)")
        return len(uids)


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        tls = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=tls, timeout=SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=SECONDS)  # this machine's own; see the checks
