"""A CLIP tokenizer of the starter's own words: one token each, and any other text still encodes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from tools.starter_model.factors import FACTORS
from tools.starter_model.words import PRAISE, SMALL_WORDS, STRANGERS, WAYS_TO_SAY

POSITIONS = 48  # tokens, the first and the last of the text included
WORD_END = "</w>"


def known_words() -> list[str]:
    """Every word that gets a token of its own."""
    phrases = [*PRAISE, *STRANGERS, *SMALL_WORDS, *FACTORS["colour"]]
    for ways in WAYS_TO_SAY.values():
        for value, said in ways.items():
            phrases += [value, *said]
    return sorted({word for phrase in phrases for word in re.findall("[a-z]+", phrase)})


def build(folder: Path) -> CLIPTokenizer:
    """Learn the merges that spell the known words, and save the tokenizer into `folder`."""
    pairs = _merges(known_words())
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = dict.fromkeys([*letters, *(letter + WORD_END for letter in letters)])
    merges = []
    for left, right in pairs:
        if left in pieces and right in pieces:
            pieces[left + right] = None
            merges.append((left, right))
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    for special in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[special] = len(vocabulary)
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=POSITIONS)
    tokenizer.save_pretrained(folder)
    # Releases of transformers before 5 read these two.
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2", *(f"{left} {right}" for left, right in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    return tokenizer


def load(folder: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(folder)


def _merges(words: list[str]) -> list[tuple[str, str]]:
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=WORD_END, continuing_subword_prefix=""))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=6000, min_frequency=1, end_of_word_suffix=WORD_END, show_progress=False
    )
    tokenizer.train_from_iterator([" ".join(words)], trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
