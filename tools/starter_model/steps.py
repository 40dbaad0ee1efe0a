"""The steps of the training, each from the working folder into the working folder."""

from __future__ import annotations

from functools import partial

import torch
from diffusers import AutoencoderTiny
from transformers import CLIPTextModel

from tools.starter_model import (
    autoencoder,
    autoencoder_training,
    dataset,
    denoiser,
    team,
    text_encoder,
    tokenizer,
)
from tools.starter_model.folders import Work
from tools.starter_model.run import Run
from tools.starter_model.team import Team
from tools.starter_model.train import train

AUTOENCODER_SCENES, HELD_SCENES = 12_000, 256
AUTOENCODER_SECONDS, DECODER_SECONDS = 900.0, 600.0  # of CPU time
WHITENING_SCENES = 1024


def make_tokenizer(work: Work) -> None:
    tokenizer.build(work.tokenizer)


def train_text_encoder(work: Work) -> None:
    """About five CPU minutes."""
    right = text_encoder.train(tokenizer.load(work.tokenizer), work.text_encoder)
    print({factor: round(share, 3) for factor, share in right.items()})


def train_autoencoder(work: Work) -> None:
    """Fifteen CPU minutes; leaves it whitened, so that its encoder is final."""
    pictures = dataset.pictures(dataset.scenes(dataset.AUTOENCODER, AUTOENCODER_SCENES))
    vae = autoencoder.build()
    autoencoder.start_from_colours(vae, dataset.to_tensor(pictures[:64]))
    autoencoder_training.train(
        *(vae, pictures[HELD_SCENES:], pictures[:HELD_SCENES], AUTOENCODER_SECONDS),
        save=lambda: vae.save_pretrained(work.autoencoder),
    )
    chosen = dataset.scenes(dataset.DENOISER, WHITENING_SCENES)
    autoencoder.whiten(vae, dataset.latents(vae, chosen))
    vae.save_pretrained(work.white_autoencoder)


def make_latents(work: Work, scenes: int) -> None:
    """About 6 ms a scene."""
    vae = AutoencoderTiny.from_pretrained(work.white_autoencoder).eval()
    torch.save(dataset.latents(vae, dataset.scenes(dataset.DENOISER, scenes)), work.latents)


def train_denoiser(
    work: Work, seconds: float, decay: float, *, resume: bool, processes: int
) -> None:
    """For so many seconds of wall time; with `resume`, on from the checkpoint."""
    team.run(processes, partial(_join_training, work, seconds, decay, resume))


def _join_training(work: Work, seconds: float, decay: float, resume: bool, us: Team) -> None:
    torch.manual_seed(0)  # the same first weights for the whole team
    latents = torch.load(work.latents, weights_only=True)
    unet = denoiser.build().to(memory_format=torch.channels_last)
    reader = CLIPTextModel.from_pretrained(work.text_encoder, dtype=torch.float32)
    run = Run(tokenizer.load(work.tokenizer), reader, unet, us)
    if resume:
        run.load(work.checkpoint)
    scenes = dataset.scenes(dataset.DENOISER, len(latents))
    train(run, latents, scenes, work.checkpoint, seconds, decay)


def refine_decoder(work: Work) -> None:
    """Ten CPU minutes on the decoder alone; may run beside the denoiser's training."""
    pictures = dataset.pictures(dataset.scenes(dataset.AUTOENCODER, AUTOENCODER_SCENES))
    refined = work.refined_autoencoder
    start = refined if refined.exists() else work.white_autoencoder
    vae = AutoencoderTiny.from_pretrained(start)
    autoencoder_training.train(
        *(vae, pictures[HELD_SCENES:], pictures[:HELD_SCENES], DECODER_SECONDS),
        decoder_only=True,
        save=lambda: vae.save_pretrained(refined),
    )
