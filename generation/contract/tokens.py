"""How much of a prompt a text encoder reads, as far as that can be said without its tokenizer
(`generation.tokenizing` has it, where the model's files are on this machine).

A word, a digit and a run of signs are at least one token each in every encoder that we know (CLIP,
T5, Qwen, Gemma); rare words are more. So `fewest` never counts too many, and what is said about a
long prompt is true.
"""

import re

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
    has = f"at least {tokens} by estimate" if exactly is None else f"{tokens}"
    return (
        f"This model reads {limit} tokens of a prompt, and this one has {has}: its end is not used."
    )
