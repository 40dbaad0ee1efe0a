"""The reader of prompts: a small CLIPTextModel, first trained alone to name a caption's factors.

That saves the denoiser most of its work: the text states already separate what must be drawn.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from tools.starter_model import factors
from tools.starter_model.captions import caption
from tools.starter_model.tokenizer import POSITIONS

WIDTH = 128
READ = {
    **factors.FACTORS,
    "celestial_position": factors.FACTORS["position"],
    "second": factors.FACTORS["subject"],
    "second_colour": factors.FACTORS["colour"],
}


def build(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """An untrained encoder: token ids N x 48 to states N x 48 x 128."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            projection_dim=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=POSITIONS,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def token_ids(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """N texts to int64 N x 48, cut and padded as the pipelines do it."""
    encoded = tokenizer(texts, padding="max_length", truncation=True, max_length=POSITIONS)
    return torch.tensor(encoded["input_ids"])


def train(tokenizer: CLIPTokenizer, folder: Path, steps: int = 1500) -> dict[str, float]:
    """Train and save into `folder`; returns the last batches' accuracy on each factor."""
    torch.manual_seed(0)
    rng = random.Random(5)
    model = build(tokenizer)
    heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(READ[name]) + 1) for name in READ})
    parameters = [*model.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, betas=(0.9, 0.98), weight_decay=1e-3)
    right = dict.fromkeys(READ, 0.0)
    began = time.process_time()
    for step in range(steps):
        falling = 0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1, (step + 1) / 100) * falling
        ids, targets = _batch(tokenizer, rng, 64)
        states = model(ids).last_hidden_state
        # The end token has read everything, and so has the padding after it: teach both to keep it.
        end = (ids == tokenizer.eos_token_id).int().argmax(1)
        later = torch.randint(0, 20, (len(ids),)) * torch.randint(0, 2, (len(ids),))
        read = states[torch.arange(len(ids)), (end + later).clamp(max=POSITIONS - 1)]
        losses = []
        for column, name in enumerate(READ):
            guess = heads[name](read)
            losses.append(F.cross_entropy(guess, targets[:, column]))
            hit = float((guess.argmax(1) == targets[:, column]).float().mean())
            right[name] += (hit - right[name]) * 0.05
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        if step % 100 == 99:
            print(
                f"{time.process_time() - began:.0f} s, step {step + 1}, loss {float(loss):.4f}, "
                f"least {min(right.values()):.3f}",
                flush=True,
            )
    model.save_pretrained(folder)
    return right


def _batch(tokenizer: CLIPTokenizer, rng: random.Random, size: int) -> tuple[Tensor, Tensor]:
    """Token ids, and for each factor the number of its value (the last one: not named)."""
    texts, targets = [], []
    for _ in range(size):
        text, named = caption(factors.sample(rng), rng)
        if rng.random() < 0.01:
            text, named = "", {}
        texts.append(text)
        targets.append(
            [READ[name].index(named[name]) if name in named else len(READ[name]) for name in READ]
        )
    return token_ids(tokenizer, texts), torch.tensor(targets)
