"""How much of a prompt a text encoder reads, as far as that can be said without its tokenizer.

A word, a digit and a run of signs are at least one token each in every encoder that we know (CLIP,
T5, Qwen, Gemma); rare words are more. So `fewest` never counts too many, and what is said about a
long prompt is true. The worker, which has the tokenizer, cuts exactly.
"""

import re

PIECES = re.compile(r"[^\W\d_]+|\d|[^\w\s]+|_+")
# A prompt's beginning and end have tokens of their own.
FRAME = 2


def fewest(prompt: str) -> int:
    """At least so many tokens the prompt has."""
    return len(PIECES.findall(prompt)) + FRAME


def remark(prompt: str, limit: int | None) -> str:
    """What is said of a prompt whose end the model does not read; else empty."""
    if limit is None or (tokens := fewest(prompt)) <= limit:
        return ""
    return (
        f"This model reads {limit} tokens of a prompt, and this one has at least {tokens}:"
        " its end is not used."
    )
