"""Tokenizers of a few letters, one for each kind of text encoder."""

from generation.tests.tiny import _tokenizer as clip_words

__all__ = ["clip_words", "gemma_words", "qwen_words", "t5_words"]

LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]


def t5_words(length):
    from transformers import T5TokenizerFast

    ends = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    return T5TokenizerFast(
        vocab=[*ends, *((letter, -3.0) for letter in LETTERS)],
        extra_ids=0,
        model_max_length=length,
    )


def gemma_words(length):
    from transformers import GemmaTokenizerFast

    ends = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    return GemmaTokenizerFast(
        vocab={token: number for number, token in enumerate([*ends, "▁", *LETTERS])},
        merges=[],
        model_max_length=length,
    )


def qwen_words(length):
    from transformers import Qwen2TokenizerFast

    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "Ġ", "Ċ", *LETTERS]
    words = Qwen2TokenizerFast(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[],
        model_max_length=length,
    )
    words.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    return words
