"""The figures of the acceptance table, each measured on pictures that the finished model makes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tools.starter_model.factors import FACTORS
from tools.starter_model.heldout import HELD_OUT, Held
from tools.starter_model.judge import Judge
from tools.starter_model.sampling import GUIDANCE, Sampler
from tools.starter_model.words import WAYS_TO_SAY

SEEDS = (0, 1, 2, 3)
STYLE_WORDS = {style: ways[1] for style, ways in WAYS_TO_SAY["style"].items()}


@dataclass(frozen=True, slots=True)
class Obedience:
    """Shares of the named factors that the judge sees, as they are and against its own accuracy."""

    seen: dict[str, float]
    relative: dict[str, float]
    overall: float
    values: dict[str, float]  # of each subject and weather, as they are


def obedience(
    sampler: Sampler, judge: Judge, accuracy: dict[str, float], guidance: float = GUIDANCE
) -> tuple[Obedience, np.ndarray]:
    """Over the held-out prompts and all seeds; and the pictures, seed by seed."""
    asked = [(held, seed) for seed in SEEDS for held in HELD_OUT]
    pictures = sampler.make(
        [held.prompt for held, _ in asked], [seed for _, seed in asked], guidance
    )
    hits, by_value = defaultdict(list), defaultdict(list)
    for (held, _), view in zip(asked, judge.sees(pictures), strict=True):
        for factor, value in held.factors.items():
            hits[factor].append(view[factor] == value)
            if factor in ("subject", "weather"):
                by_value[value].append(view[factor] == value)
    seen = {factor: float(np.mean(hits[factor])) for factor in FACTORS if factor in hits}
    possible = sum(accuracy[factor] * len(hits[factor]) for factor in hits)
    overall = sum(sum(found) for found in hits.values()) / possible
    relative = {factor: share / accuracy[factor] for factor, share in seen.items()}
    values = {value: float(np.mean(found)) for value, found in by_value.items()}
    return Obedience(seen, relative, float(overall), values), pictures


def darker_nights(sampler: Sampler) -> int:
    """For how many of the held-out scenes night is darker than day, with the same seed."""
    means = {}
    for time in ("day", "night"):
        prompts = [_at(held, time) for held in HELD_OUT]
        means[time] = sampler.make(prompts, list(range(len(prompts)))).mean((1, 2, 3))
    return int((means["night"] < means["day"]).sum())


def presence(sampler: Sampler, judge: Judge, asked: np.ndarray) -> tuple[float, float]:
    """The judge's mean probability of the held-out subjects: asked for, and then also refused.

    `asked` are the pictures of the held-out prompts with seed 0.
    """
    subjects = [held.factors["subject"] for held in HELD_OUT]
    prompts = [held.prompt for held in HELD_OUT]
    refused = sampler.make(prompts, [0] * len(prompts), negative=subjects)
    rows, columns = range(len(subjects)), [FACTORS["subject"].index(name) for name in subjects]
    with_it, without = (
        float(judge.chances(pictures)["subject"][rows, columns].mean())
        for pictures in (asked, refused)
    )
    return with_it, without


def kept_layout(sampler: Sampler, pictures: np.ndarray, other: int = 0) -> dict[float, float]:
    """Image-to-image of eight pictures: likeness of brightness to the start, by strength.

    With each picture's own prompt it is the layout that may change; with the prompt `other` places
    on, the light and the colours as well.
    """
    count = 8
    prompts = [HELD_OUT[(i + other) % len(HELD_OUT)].prompt for i in range(count)]
    starts = pictures[:count]
    kept = {}
    for strength in (0.3, 0.9):
        changed = sampler.change(prompts, starts, list(range(count)), strength)
        pairs = zip(starts, changed, strict=True)
        kept[strength] = float(np.mean([_alike(start, made) for start, made in pairs]))
    return kept


def outside_mask(sampler: Sampler, pictures: np.ndarray) -> tuple[float, float, float]:
    """Inpainting the right half: mean change (of 255) outside, the autoencoder's own, and inside.

    Outside is counted from one latent (8 pixels) beside the mask on.
    """
    mask = np.zeros(pictures.shape[1:3], bool)
    mask[:, mask.shape[1] // 2 :] = True
    edge = mask.shape[1] // 2
    outside, own, inside = [], [], []
    for number, start in enumerate(pictures[:8]):
        prompt = HELD_OUT[(number + 1) % len(HELD_OUT)].prompt
        filled = sampler.fill(prompt, start, mask, seed=number)
        coded = sampler.through_autoencoder(start)
        outside.append(_change(start, filled)[:, : edge - 8].mean())
        own.append(_change(start, coded)[:, : edge - 8].mean())
        inside.append(_change(start, filled)[:, edge:].mean())
    return float(np.mean(outside)), float(np.mean(own)), float(np.mean(inside))


def repeats_exactly(sampler: Sampler) -> bool:
    """Whether the same prompt and seed give the same bytes twice."""
    first, second = (sampler.make([HELD_OUT[0].prompt], [7]) for _ in range(2))
    return bool((first == second).all())


def _at(held: Held, time: str) -> str:
    """The held-out scene in few words, at another time."""
    factors = held.factors
    ground = WAYS_TO_SAY["ground"][factors.get("ground", "field")][1]
    style = STYLE_WORDS[factors["style"]]
    return f"a {factors['colour']} {factors['subject']} {ground}, {time}, {style}"


def _alike(first: np.ndarray, second: np.ndarray) -> float:
    """The correlation of two pictures' brightness."""
    return float(np.corrcoef(first.mean(2).ravel(), second.mean(2).ravel())[0, 1])


def _change(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Absolute difference by pixel, H x W."""
    return np.abs(first.astype(np.float32) - second.astype(np.float32)).mean(2)
