"""Draws the pictures of the public pages with the starter model: `python -m tools.showcase`

Writes `static/showcase/*.webp` and `pictures.json` with their prompts. Run it again after the
model was trained anew; the same model draws the same pictures.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "generation" / "starter_model"
FOLDER = ROOT / "static" / "showcase"
STEPS, GUIDANCE = 30, 4.0

# Seed and prompt of each picture, chosen by eye; the landing page shows the first eight.
PICTURES = (
    (1, "a red house under a full moon, night, watercolour"),
    (2, "a white boat on the sea at sunset, flat"),
    (3, "a green tree on snow in front of mountains, watercolour"),
    (4, "a red lighthouse by the sea at sunset, watercolour"),
    (5, "an orange tent in the desert at sunset, flat"),
    (6, "a yellow balloon over a field with hills, watercolour"),
    (7, "a purple castle in front of a forest at night, pixel art"),
    (8, "a blue boat on the sea under a crescent moon, night, watercolour"),
    (9, "a white house on snow at night, snowfall, flat"),
    (10, "a pink balloon over the desert, sunset, flat"),
    (11, "a red car in the desert in front of mountains, sunset, flat"),
    (12, "a green tent in a field in front of a forest, day, watercolour"),
)


def main() -> None:
    import torch
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(MODEL, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    FOLDER.mkdir(exist_ok=True)
    listed = []
    for seed, prompt in PICTURES:
        image = pipeline(
            prompt,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).images[0]
        name = f"{seed:02}.webp"
        image.save(FOLDER / name, quality=92, method=6)
        listed.append({"file": name, "prompt": prompt})
        print(f"{name}  {prompt}")
    (FOLDER / "pictures.json").write_text(json.dumps(listed, indent=2) + "\n")


if __name__ == "__main__":
    main()
