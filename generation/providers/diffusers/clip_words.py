"""CLIP's tokenizer files, made from its merges: every single file of Stable Diffusion needs them.

The order is that of openai/CLIP, `simple_tokenizer.py`: bytes, bytes that end a word, merges, ends.
"""

import gzip
import json
from functools import cache
from pathlib import Path

MERGES = Path(__file__).parent / "single_file_configs" / "clip_merges.txt.gz"
END_OF_WORD = "</w>"
ENDS = ("<|startoftext|>", "<|endoftext|>")


def write(folder: Path) -> None:
    """vocab.json and merges.txt, as transformers reads them."""
    (folder / "merges.txt").write_text(_merges(), encoding="utf-8")
    (folder / "vocab.json").write_text(_vocabulary(), encoding="utf-8")


@cache
def _merges() -> str:
    return gzip.decompress(MERGES.read_bytes()).decode("utf-8")


@cache
def _vocabulary() -> str:
    letters = _letters()
    joined = ["".join(line.split()) for line in _merges().splitlines()[1:]]
    words = [*letters, *(letter + END_OF_WORD for letter in letters), *joined, *ENDS]
    return json.dumps({word: number for number, word in enumerate(words)})


def _letters() -> list[str]:
    """A visible character for each byte: its own where it has one, another where it has none."""
    visible = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) for byte in visible] + [chr(256 + place) for place in range(len(others))]
