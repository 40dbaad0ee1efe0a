"""Writes the trained parts as one standard pipeline folder, in half-precision safetensors."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from transformers import CLIPTextModel

from tools.starter_model import denoiser, tokenizer
from tools.starter_model.folders import Work
from tools.starter_model.run import BATCH, Run


def export(work: Work, folder: Path) -> None:
    """Write the checkpoint's averaged weights, and the best autoencoder there is, into `folder`."""
    words = tokenizer.load(work.tokenizer)
    text_encoder = CLIPTextModel.from_pretrained(work.text_encoder, dtype=torch.float32)
    run = Run(words, text_encoder, denoiser.build())
    run.load(work.checkpoint)
    run.swap()
    refined = work.refined_autoencoder
    vae = AutoencoderTiny.from_pretrained(refined if refined.exists() else work.white_autoencoder)
    pipeline = StableDiffusionPipeline(
        vae=vae.half(),
        text_encoder=run.text_encoder.half(),
        tokenizer=words,
        unet=run.unet.half(),
        scheduler=denoiser.sampling_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    _forget_origins(folder)
    behind = {"steps": run.step, "batch": BATCH, "seconds": round(run.seconds)}
    (folder / "training.json").write_text(json.dumps(behind) + "\n")
    print(f"{folder}: step {run.step}, {run.seconds:.0f} s of training")


def _forget_origins(folder: Path) -> None:
    """diffusers notes from which folder a part was loaded; that is this machine's own business."""
    for path in folder.glob("*/config.json"):
        config = json.loads(path.read_text())
        if config.pop("_name_or_path", None) is not None:
            path.write_text(json.dumps(config, indent=2) + "\n")


def size(folder: Path) -> int:
    """Bytes of all files in the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
