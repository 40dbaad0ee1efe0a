"""A quick look at a picture in the making, without the cost of its decoder.

A tiny decoder is asked itself. For a large one its best linear approximation is used: fitted once
per autoencoder, by letting it decode a few small patches of smooth noise.
"""

import logging
from typing import Any

from PIL import Image

from generation.providers.base import Preview

log = logging.getLogger(__name__)

# Latents at most so wide: a preview is small, and the tiny decoder's cost grows with the area.
WIDEST = 64
PATCHES, SIDE = 8, 8


def preview_of(pipeline: Any, latents: Any, size: tuple[int, int]) -> Preview:
    """How to look at the latents of this moment; `size` is the finished pictures', in pixels."""
    latents = _nearly_done(pipeline, latents)

    def look(number: int) -> Image.Image | None:
        try:
            return preview(pipeline, latents, number, size)
        except RuntimeError:
            # It is an extra: the drawing, which may well succeed, goes on without it.
            log.warning("No preview could be made.", exc_info=True)
            return None

    return look


def preview(
    pipeline: Any, latents: Any, number: int, size: tuple[int, int] = (0, 0)
) -> Image.Image | None:
    """What picture `number` of the call looks like now; None where that is not known."""
    import torch

    vae = getattr(pipeline, "vae", None)
    if vae is None or number >= latents.shape[0]:
        return None
    with torch.inference_mode():
        one = _unpacked(pipeline, latents[number : number + 1], size)
        if one is None:
            return None
        if max(one.shape[-2:]) > WIDEST:
            one = torch.nn.functional.interpolate(
                one, scale_factor=WIDEST / max(one.shape[-2:]), mode="area"
            )
        if type(vae).__name__ == "AutoencoderTiny":
            pixels = _decode(vae, one)
        else:
            pixels = _linear(vae, one)
    return _image(pixels[0])


def _nearly_done(pipeline: Any, latents: Any) -> Any:
    """The scheduler's own guess of the finished latents where it keeps one: clear much earlier."""
    scheduler = pipeline.scheduler
    guesses = getattr(scheduler, "model_outputs", None)
    if getattr(scheduler.config, "algorithm_type", "") == "dpmsolver++" and guesses:
        guess = guesses[-1]
        if guess is not None and guess.shape == latents.shape:
            return guess
    return latents


def _unpacked(pipeline: Any, latents: Any, size: tuple[int, int]) -> Any:
    """Rows of tokens, as transformers of the Flux kind have them, as a picture again."""
    if latents.ndim == 4:
        return latents
    factor = getattr(pipeline, "vae_scale_factor", 8)
    width, height = (side // (2 * factor) for side in size)
    if latents.ndim != 3 or width * height != latents.shape[1]:
        return None
    # Each token is two by two latents of each channel.
    tokens = latents.transpose(1, 2).reshape(1, -1, height, width)
    statistics = getattr(pipeline.vae, "bn", None)  # Flux.2 keeps its scale there
    if statistics is not None:
        spread = (statistics.running_var + pipeline.vae.config.batch_norm_eps).sqrt()
        tokens = tokens * _each(spread, tokens) + _each(statistics.running_mean, tokens)
    import torch

    return torch.nn.functional.pixel_shuffle(tokens, 2)


def _each(values: Any, like: Any) -> Any:
    return values.view(1, -1, 1, 1).to(like)


def _decode(vae: Any, latents: Any) -> Any:
    """Pixels from -1 to 1."""
    factor = getattr(vae.config, "scaling_factor", None) or 1.0
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    latents = latents.to(vae.dtype) / factor + shift
    return vae.decode(latents, return_dict=False)[0]


def _linear(vae: Any, latents: Any) -> Any:
    import torch

    factors = getattr(vae, "_pixazo_preview_factors", None)
    if factors is None:
        factors = _fit(vae, latents)
        vae._pixazo_preview_factors = factors  # noqa: SLF001 - it goes when the model goes
    return torch.einsum("bchw,cr->brhw", _with_one(latents.float()), factors)


def _fit(vae: Any, like: Any) -> Any:
    """The matrix (channels + 1, 3) that comes closest to what the decoder makes of latents."""
    import torch

    noise = torch.randn(PATCHES, like.shape[1], 2, 2, generator=torch.Generator().manual_seed(0))
    smooth = torch.nn.functional.interpolate(noise, size=(SIDE, SIDE), mode="bilinear")
    smooth = smooth.to(like.device)
    pixels = _decode(vae, smooth).float()
    small = torch.nn.functional.adaptive_avg_pool2d(pixels, (SIDE, SIDE))
    rows = _with_one(smooth.float()).movedim(1, -1).flatten(0, 2)
    wanted = small.movedim(1, -1).flatten(0, 2)
    if not wanted.isfinite().all():
        raise RuntimeError("The decoder gave something else than numbers.")
    return torch.linalg.lstsq(rows.cpu(), wanted.cpu()).solution.to(like.device)


def _with_one(latents: Any) -> Any:
    """A channel of ones: the constant part of a linear map."""
    import torch

    return torch.cat([latents, torch.ones_like(latents[:, :1])], dim=1)


def _image(pixels: Any) -> Image.Image:
    levels = ((pixels.float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return Image.fromarray(levels.movedim(0, -1).cpu().numpy())
