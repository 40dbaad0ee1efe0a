"""How much of a prompt a text encoder reads, as far as that can be said without its tokenizer
(`generation.tokenizing` has it, where the model's files are on this machine).

A word, a digit and a run of signs are at least one token each in every encoder that we know (CLIP,
T5, Qwen, Gemma); rare words are more. So `fewest` never counts too many, and what is said about a
long prompt is true.
"""

import re

from django.utils.translation import gettext_noop

PIECES = re.compile(r"[^\W\d_]+|\d|[^\w\s]+|_+")
# A prompt's beginning and end have tokens of their own.
FRAME = 2


def fewest(prompt: str) -> int:
    """At least so many tokens the prompt has."""
    return len(PIECES.findall(prompt)) + FRAME


def remark(prompt: str, limit: int | None, exactly: int | None = None) -> str:
    """What is said of a prompt whose end the model does not read; else empty."""
    if limit is None:
        return ""
    tokens = fewest(prompt) if exactly is None else exactly
    if tokens <= limit:
        return ""
    if exactly is None:
        sentence = gettext_noop(
            "This model reads %(limit)s tokens of a prompt, and this one has at least %(tokens)s by"
            " estimate: its end is not used."
        )
    else:
        sentence = gettext_noop(
            "This model reads %(limit)s tokens of a prompt, and this one has %(tokens)s: its end is"
            " not used."
        )
    return sentence % {"limit": limit, "tokens": tokens}
