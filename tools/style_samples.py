"""Draws a picture of each of the site's styles by the starter model: python -m tools.style_samples

Writes `static/styles/*.webp`. Run it again after the model was trained anew.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "generation" / "starter_model"
FOLDER = ROOT / "static" / "styles"
STEPS, GUIDANCE = 25, 4.0
PROMPT = "a red house in front of hills"
SEEDS = {"sketch": 3, "winter": 6}  # chosen by eye; the others are drawn with 10


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
    import django

    django.setup()
    import torch
    from diffusers import DiffusionPipeline

    from workspaces.first_words import STYLES

    pipeline = DiffusionPipeline.from_pretrained(MODEL, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    FOLDER.mkdir(exist_ok=True)
    for name, file, words, left_out in STYLES:
        image = pipeline(
            words.replace("{prompt}", PROMPT),
            negative_prompt=left_out,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(SEEDS.get(file, 10)),
        ).images[0]
        image.save(FOLDER / f"{file}.webp", quality=90, method=6)
        print(f"{file}.webp  {name}")


if __name__ == "__main__":
    main()
