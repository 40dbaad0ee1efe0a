"""Makes pictures with the finished model, through the same pipelines that its users take."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    DiffusionPipeline,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

STEPS = 20
GUIDANCE = 4.0
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Sampler:
    """The three pipelines over one set of weights; pictures are uint8 N x 128 x 128 x 3."""

    text: StableDiffusionPipeline
    image: StableDiffusionImg2ImgPipeline
    inpaint: StableDiffusionInpaintPipeline

    @classmethod
    def load(cls, folder: Path) -> Sampler:
        text = DiffusionPipeline.from_pretrained(
            folder, torch_dtype=torch.float32, safety_checker=None, requires_safety_checker=False
        )
        text.set_progress_bar_config(disable=True)
        sisters = [
            # Named, since the sisters declare a larger kind of autoencoder; they run with ours.
            kind.from_pipe(text, vae=text.vae, safety_checker=None, requires_safety_checker=False)
            for kind in (StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline)
        ]
        for sister in sisters:
            sister.set_progress_bar_config(disable=True)
        return cls(text, *sisters)

    def make(
        self,
        prompts: list[str],
        seeds: list[int],
        guidance: float = GUIDANCE,
        negative: list[str] | None = None,
    ) -> np.ndarray:
        """One picture for each prompt and seed."""
        made = []
        for start in range(0, len(prompts), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            answer = self.text(
                prompts[part],
                negative_prompt=negative[part] if negative else None,
                guidance_scale=guidance,
                generator=[torch.Generator().manual_seed(seed) for seed in seeds[part]],
                num_inference_steps=STEPS,
                output_type="np",
            )
            made.append(to_bytes(answer.images))
        return np.concatenate(made)

    def change(
        self, prompts: list[str], starts: np.ndarray, seeds: list[int], strength: float
    ) -> np.ndarray:
        """Image-to-image: each start, changed towards its prompt."""
        answer = self.image(
            prompts,
            image=[Image.fromarray(start) for start in starts],
            strength=strength,
            guidance_scale=GUIDANCE,
            generator=[torch.Generator().manual_seed(seed) for seed in seeds],
            num_inference_steps=STEPS,
            output_type="np",
        )
        return to_bytes(answer.images)

    def fill(self, prompt: str, start: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
        """Inpainting: the start (H x W x 3), made anew where the mask (H x W, bool) is true."""
        height, width = mask.shape
        answer = self.inpaint(
            prompt,
            image=Image.fromarray(start),
            mask_image=Image.fromarray(mask.astype(np.uint8) * 255),
            strength=1.0,
            height=height,
            width=width,
            guidance_scale=GUIDANCE,
            generator=torch.Generator().manual_seed(seed),
            num_inference_steps=STEPS,
            output_type="np",
        )
        return to_bytes(answer.images)[0]

    @torch.no_grad()
    def through_autoencoder(self, picture: np.ndarray) -> np.ndarray:
        """The picture (H x W x 3), encoded and decoded."""
        processor, vae = self.text.image_processor, self.text.vae
        tensor = processor.preprocess(Image.fromarray(picture))
        decoded = vae.decode(vae.encode(tensor).latents).sample
        return to_bytes(processor.postprocess(decoded, output_type="np"))[0]

    def seconds_per_picture(self, prompt: str) -> float:
        """The least wall time of five single pictures, after one to warm up: others may be busy."""
        times = []
        for seed in range(6):
            began = time.perf_counter()
            self.make([prompt], [seed])
            times.append(time.perf_counter() - began)
        return min(times[1:])


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Floats in 0-1 to uint8."""
    return (np.asarray(images) * 255).round().astype(np.uint8)


def sheet(pictures: np.ndarray, columns: int) -> Image.Image:
    """The pictures in rows of so many, as one image."""
    rows = -(-len(pictures) // columns)
    side = pictures.shape[1]
    whole = Image.new("RGB", (columns * side, rows * side))
    for number, picture in enumerate(pictures):
        place = (number % columns * side, number // columns * side)
        whole.paste(Image.fromarray(picture), place)
    return whole
