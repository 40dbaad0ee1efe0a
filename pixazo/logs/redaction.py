"""Takes secrets out of what is written down, whoever wrote it: keys, cookies, authorisation, signed
addresses, passwords, and the values of the site's own secret settings.

It works on the finished text, so that tracebacks and other people's libraries are covered too. A
stranger chooses much of that, such as the path of an address, and it is done for each line: no
pattern may look back and forth over a text, and most texts have nothing in them that begins one.
"""

import re
from functools import lru_cache

from django.conf import settings

from pixazo.logs.context import hidden
from pixazo.settings.places import env

GONE = "[…]"
SHORTEST = 8  # characters of a setting's value: shorter ones would take half the words along

_NAMED = (
    r"pass(?:word|wd|phrase)?\d?|secret|token|api[-_]?key|cookie|sessionid|csrf\w{0,40}|signature"
)
_PATTERNS = (
    # Our own keys, and those of services by their makers' prefixes.
    (re.compile(r"\b(pxz_|sk-|sk_|rk_|pk_|whsec_|xai-|gsk_|hf_|ghp_|gho_)[\w-]{6,}"), rf"\1{GONE}"),
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"), GONE),  # a Telegram bot's
    (re.compile(r"\beyJ[\w-]{8,400}\.[\w-]+(?:\.[\w-]+)?"), GONE),  # a JWT
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=:-]{4,}"), rf"\1 {GONE}"),
    (
        re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:\w+ )?)[^\s\"',}]+"),
        rf"\1{GONE}",
    ),
    # Names with their values, of forms, JSON, headers and cookies.
    (
        re.compile(rf"(?i)((?:{_NAMED})[\"']?\s{{0,9}}[:=]\s{{0,9}}[\"']?)(?!\[…\])[^\s\"',;&}}]+"),
        rf"\1{GONE}",
    ),
    # Parts of an address that open something.
    (re.compile(r"://[^/\s:@]*:[^/\s@]+@"), f"://{GONE}@"),
    (
        re.compile(r"(?i)([?&;](?:sig|key|code|state|expires|x-amz-[\w-]+|h|s)=)[^&\s\"'<>]+"),
        rf"\1{GONE}",
    ),
    (
        re.compile(
            r"(/(?:s|invitations|handed|unsubscribe|confirm-email|password/reset/key)/)"
            r"(?!done/)[^/\s\"'?]+"
        ),
        rf"\1{GONE}",
    ),
    # What Django signed: value:moment:signature.
    (re.compile(r"[\w=-]{2,200}:[\w-]{5,8}:[\w-]{27,}"), GONE),
)

# In small letters, one of which every match of the patterns above has.
_MARKS = (
    *(":", "=", "eyj", "bearer", "basic"),
    *("pxz_", "whsec_", "sk-", "sk_", "rk_", "pk_", "xai-", "gsk_", "hf_", "ghp_", "gho_"),
    *("/s/", "/invitations/", "/handed/", "/unsubscribe/", "/confirm-email/", "/reset/key/"),
)


def redacted(text: str) -> str:
    for secret in _own_secrets():
        text = text.replace(secret, GONE)
    for said in hidden():
        text = text.replace(said, GONE)
    small = text.lower()
    if any(mark in small for mark in _MARKS):
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
    return text


@lru_cache(maxsize=1)
def _own_secrets() -> tuple[str, ...]:
    """The longest first: one may be a part of another."""
    named = [each.name for each in env.declared.values() if each.type == "secret"]
    values = {env.source.get(name, "").strip() for name in named} | {settings.SECRET_KEY}
    return tuple(sorted((each for each in values if len(each) >= SHORTEST), key=len, reverse=True))
