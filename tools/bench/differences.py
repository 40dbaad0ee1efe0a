"""How far apart pictures of one recipe are, and those of two: what a verdict's threshold rests on.

    python -m tools.bench.differences --prompts 10

The starter model draws each prompt in single precision, then with one thing otherwise; printed are
the lowest, the median and the highest PSNR in decibels.
"""

import argparse
import logging
import os
import statistics
from pathlib import Path
from typing import Any

MODEL = Path(__file__).parents[2] / "generation" / "starter_model"
THINGS = "house tree boat lighthouse castle car tent balloon".split()
PLACES = ("by the sea at sunset, watercolour", "in a meadow, night, pencil sketch")
PROMPTS = [f"a red {thing} {place}" for thing in THINGS for place in PLACES]
USUAL: dict[str, Any] = {"seed": 0, "guidance_scale": 4.0, "num_inference_steps": 20}
OTHERWISE: dict[str, dict[str, Any]] = {
    "four in one call": {"company": 4},
    "guidance 4.1 instead of 4": {"guidance_scale": 4.1},
    "21 steps instead of 20": {"num_inference_steps": 21},
    "the next seed": {"seed": 1},
    "half precision (bfloat16)": {"dtype": "bfloat16"},  # slow on most CPUs
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=len(PROMPTS))
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
    import django
    import torch

    django.setup()
    from generation.verdict import difference

    logging.disable(logging.WARNING)
    torch.set_num_threads(options.threads)
    prompts = PROMPTS[: options.prompts]
    before = [_drawn(prompt, **USUAL) for prompt in prompts]
    print("| otherwise | lowest | median | highest | equal |\n|---|---|---|---|---|")
    for name, change in OTHERWISE.items():
        after = [_drawn(prompt, **USUAL | change) for prompt in prompts]
        levels = [difference(*pair).psnr for pair in zip(before, after, strict=True)]
        found = sorted(each for each in levels if each is not None)
        numbers = [found[0], statistics.median(found), found[-1]] if found else []
        shown = " | ".join(f"{each:.1f}" for each in numbers) or " | | "
        print(f"| {name} | {shown} | {levels.count(None)} of {len(levels)} |", flush=True)


_pipelines: dict[str, Any] = {}


def _drawn(
    prompt: str, seed: int, dtype: str = "float32", company: int = 1, **settings: Any
) -> Any:
    import diffusers
    import torch

    if dtype not in _pipelines:
        pipeline = diffusers.DiffusionPipeline.from_pretrained(MODEL, dtype=getattr(torch, dtype))
        pipeline.set_progress_bar_config(disable=True)
        _pipelines[dtype] = pipeline
    generators = [torch.Generator("cpu").manual_seed(seed + each) for each in range(company)]
    made = _pipelines[dtype](prompt=[prompt] * company, generator=generators, **settings)
    return made.images[0].convert("RGB")


if __name__ == "__main__":
    main()
