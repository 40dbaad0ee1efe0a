"""Draws the pictures of the public pages with the starter model: `python -m tools.showcase`

Writes `static/showcase/*.webp` and `pictures.json` with their prompts: three times as large as the
model draws them, for screens that show them larger than that. Run it again after the model was
trained anew; the same model draws the same pictures.
"""

import json
from pathlib import Path

from tools.enlarging import enlarged

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "generation" / "starter_model"
FOLDER = ROOT / "static" / "showcase"
STEPS, GUIDANCE = 25, 4.0
SIDE = 384  # pixels

# Seed and prompt of each picture, chosen by eye; the landing page shows the first eight.
PICTURES = (
    (10, "a red house under a full moon, night, watercolour"),
    (9, "a white boat on the sea at sunset, flat"),
    (8, "a pink castle on the sea, day, sun, watercolour"),
    (6, "a red lighthouse by the sea at sunset, watercolour"),
    (2, "a green tree on snow in front of mountains, watercolour"),
    (5, "a red balloon at sunset, field, flat"),
    (5, "a white lighthouse by the sea, overcast, watercolour"),
    (10, "a purple castle in front of a forest at night, pixel art"),
    (6, "a yellow balloon over a field with hills, watercolour"),
    (3, "a purple house in the snow, forest in the background, day, sketch"),
    (10, "a blue castle in the snow, mountains, day, pixel art"),
)


def main() -> None:
    import torch
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(MODEL, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    FOLDER.mkdir(exist_ok=True)
    listed = []
    for number, (seed, prompt) in enumerate(PICTURES, 1):
        image = pipeline(
            prompt,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).images[0]
        name = f"{number:02}.webp"
        enlarged(image, SIDE).save(FOLDER / name, quality=86, method=6)
        listed.append({"file": name, "prompt": prompt})
        print(f"{name}  {prompt}")
    (FOLDER / "pictures.json").write_text(json.dumps(listed, indent=2) + "\n")


if __name__ == "__main__":
    main()
