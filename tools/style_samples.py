"""Draws a picture of each of the site's styles and themes by the starter model:
python -m tools.style_samples

Writes `static/styles/*.webp` and `static/themes/*.webp`. Run it again after the model was trained
anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "generation" / "starter_model"
STEPS, GUIDANCE = 25, 4.0
STYLED, PLACED = "a red house in front of hills", "a red house, watercolour"
SEED = 10
# Chosen by eye.
SEEDS = {"styles/sketch": 3, "styles/winter": 6}


def samples() -> Iterator[tuple[str, str, str]]:
    """File without its ending, prompt, and what is left out."""
    from workspaces.first_words import STYLES, THEMES

    for _name, file, words, left_out in STYLES:
        yield f"styles/{file}", words.replace("{prompt}", STYLED), left_out
    for _name, file, words, _said in THEMES:
        yield f"themes/{file}", f"{words}, {PLACED}", ""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
    import django

    django.setup()
    import torch
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(MODEL, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    for file, prompt, left_out in samples():
        image = pipeline(
            prompt,
            negative_prompt=left_out,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(SEEDS.get(file, SEED)),
        ).images[0]
        path = ROOT / "static" / f"{file}.webp"
        path.parent.mkdir(exist_ok=True)
        image.save(path, quality=90, method=6)
        print(f"{path.relative_to(ROOT)}  {prompt}")


if __name__ == "__main__":
    main()
