"""The model card: what the starter model is, and how it did, written from what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.starter_model.figures import SEEDS, Obedience
from tools.starter_model.folders import ROOT

TEMPLATE = Path(__file__).with_name("card.md")
WHOLE_GOAL, COLOUR_GOAL, STRICT_GOAL = 0.75, 0.7, 0.9
STRICT = ("style", "time", "ground")


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one measurement; sizes in bytes, times in seconds, changes in 0-255."""

    size: int
    seconds: float
    threads: int
    training: str
    accuracy: dict[str, float]
    obeys: Obedience
    unguided: float
    darker: int
    present: float
    refused: float
    layout: dict[float, float]
    other_layout: dict[float, float]
    outside: float
    own: float
    inside: float
    repeats: bool


def write(measured: Measured, path: Path) -> None:
    """Fill the card's template with the figures."""
    text = TEMPLATE.read_text()
    text = text.replace("{{acceptance}}", _acceptance(measured))
    text = text.replace("{{factors}}", _factors(measured))
    text = text.replace("{{training}}", measured.training)
    seen = sorted(measured.obeys.values.items(), key=lambda pair: -pair[1])
    values = ", ".join(f"{value} {share:.2f}" for value, share in seen)
    text = text.replace("{{values}}", values)
    path.write_text(text)
    print(text[text.index("## How well") :])
    print(f"written to {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


def _acceptance(m: Measured) -> str:
    relative = m.obeys.relative
    weakest = min(STRICT, key=relative.__getitem__)
    rows = [
        ("size in the repository", "< 15 MB", f"{m.size / 1e6:.1f} MB", m.size < 15e6),
        ("picture", "128x128 or 256x256", "128x128", True),
        (
            f"time per picture, 20 steps, {m.threads} thread{'s' * (m.threads > 1)}, best of five",
            "<= 3 s",
            f"{m.seconds:.2f} s",
            m.seconds <= 3,
        ),
        (
            f"obedience, 24 held-out prompts x {len(SEEDS)} seeds, all factors",
            f">= {WHOLE_GOAL}",
            f"{m.obeys.overall:.2f}",
            m.obeys.overall >= WHOLE_GOAL,
        ),
        (
            "the least of style, time and ground",
            f">= {STRICT_GOAL}",
            f"{relative[weakest]:.2f} ({weakest})",
            relative[weakest] >= STRICT_GOAL,
        ),
        (
            "the object's colour",
            f">= {COLOUR_GOAL}",
            f"{relative['colour']:.2f}",
            relative["colour"] >= COLOUR_GOAL,
        ),
        ("night darker than day, same seed", "24 of 24", f"{m.darker} of 24", m.darker == 24),
        (
            "guidance: obedience at 1 and at 4",
            "rises",
            f"{m.unguided:.2f}, {m.obeys.overall:.2f}",
            m.unguided < m.obeys.overall,
        ),
        (
            "naming the object in the negative prompt: its presence without, with",
            "falls",
            f"{m.present:.2f}, {m.refused:.2f}",
            m.refused < m.present,
        ),
        (
            "image-to-image: likeness to the start at strength 0.3 and 0.9",
            "kept, changed",
            (
                f"{m.layout[0.3]:.2f}, {m.layout[0.9]:.2f} with its own prompt; "
                f"{m.other_layout[0.3]:.2f}, {m.other_layout[0.9]:.2f} with another"
            ),
            m.layout[0.3] > 0.8 > m.layout[0.9],
        ),
        (
            "inpainting: change outside the mask, the autoencoder's own, inside (of 255)",
            "the first two alike",
            f"{m.outside:.1f}, {m.own:.1f}, {m.inside:.1f}",
            m.outside < 1.25 * m.own,
        ),
        (
            "same seed twice, same machine",
            "bit-equal",
            "bit-equal" if m.repeats else "differs",
            m.repeats,
        ),
    ]
    lines = ["| figure | wanted | measured | |", "|---|---|---|---|"]
    lines += [f"| {a} | {b} | {c} | {'yes' if met else '**no**'} |" for a, b, c, met in rows]
    return "\n".join(lines)


def _factors(m: Measured) -> str:
    lines = [
        "| factor | seen in made pictures | judge's accuracy on drawings | relative |",
        "|---|---|---|---|",
    ]
    for factor, seen in m.obeys.seen.items():
        right, relative = m.accuracy[factor], m.obeys.relative[factor]
        lines.append(f"| {factor} | {seen:.2f} | {right:.2f} | {relative:.2f} |")
    return "\n".join(lines)
