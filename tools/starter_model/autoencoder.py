"""The picture's small form: an AutoencoderTiny between 128x128 pictures and 4x16x16 latents."""

from __future__ import annotations

import torch
from diffusers import AutoencoderTiny
from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS = 32
CELL = 8  # pixels per latent, each way


def build() -> AutoencoderTiny:
    """An untrained autoencoder: N x 3 x H x W in [-1, 1] to N x 4 x H/8 x W/8 and back."""
    return AutoencoderTiny(
        encoder_block_out_channels=(CHANNELS,) * 4,
        decoder_block_out_channels=(CHANNELS,) * 4,
        num_encoder_blocks=(0, 1, 2, 3),
        num_decoder_blocks=(3, 3, 1, 0),
        latent_channels=4,
        scaling_factor=1.0,
    )


@torch.no_grad()
def start_from_colours(vae: AutoencoderTiny, pictures: Tensor) -> None:
    """Make an untrained autoencoder keep each cell's mean colour: it has only the rest to learn.

    Latents 0-2 become the whitened mean colour over `pictures` (N x 3 x H x W in [-1, 1]); channels
    0-2 of every layer carry it through. Latent 3 is left to learn, at unit size.
    """
    colours = F.avg_pool2d(pictures.add(1).div(2), CELL).permute(0, 2, 3, 1).reshape(-1, 3)
    mean = colours.mean(0)
    sizes, axes = torch.linalg.eigh(torch.cov(colours.T))
    to_latent = torch.diag(sizes.rsqrt()) @ axes.T
    to_colour = axes @ torch.diag(sizes.sqrt())

    for block in _blocks(vae):
        _carry(block.conv[-1], torch.zeros(3, 3), damp=0.2)
    first, *inner, last = _between_blocks(vae.encoder)
    _carry(first, torch.eye(3))
    for halving in inner:
        _carry(halving, torch.eye(3))
    _carry(last, to_latent, -(to_latent @ mean))
    first, *inner, last = _between_blocks(vae.decoder)
    _carry(first, to_colour, mean)
    for doubling in inner:
        _carry(doubling, torch.eye(3))
    rest = 0.2 * last.weight[:, 3:]
    _carry(last, torch.eye(3))
    last.weight[:, 3:] = rest

    fourth, last = vae.encode(pictures).latents[:, 3], vae.encoder.layers[-1]
    last.weight[3] /= fourth.std()
    last.bias[3] = (last.bias[3] - fourth.mean()) / fourth.std()


@torch.no_grad()
def whiten(vae: AutoencoderTiny, latents: Tensor) -> None:
    """Fold the map that whitens these latents (N x 4 x h x w) into the encoder, and undo it after.

    Exact for the encoder; for the decoder only near zero, since it squashes latents with
    3 tanh(z / 3): refine it afterwards.
    """
    flat = latents.float().permute(0, 2, 3, 1).reshape(-1, 4)
    mean = flat.mean(0)
    sizes, axes = torch.linalg.eigh(torch.cov(flat.T))
    forth = axes @ torch.diag(sizes.rsqrt()) @ axes.T
    back = axes @ torch.diag(sizes.sqrt()) @ axes.T
    last, first = vae.encoder.layers[-1], vae.decoder.layers[0]
    last.weight.copy_(torch.einsum("ij,jkyx->ikyx", forth, last.weight))
    last.bias.copy_(forth @ (last.bias - mean))
    first.bias.add_(torch.einsum("ijyx,j->i", first.weight, mean))
    first.weight.copy_(torch.einsum("ijyx,jk->ikyx", first.weight, back))


def _carry(
    conv: nn.Conv2d, matrix: Tensor, offset: Tensor | None = None, damp: float = 1.0
) -> None:
    """Make outputs 0-2 this map of inputs 0-2 alone; `damp` shrinks what else the layer does."""
    conv.weight.mul_(damp)
    conv.weight[:3] = 0
    if conv.stride == (2, 2):  # the mean of the four pixels that become one
        conv.weight[:3, :3, 1:, 1:] = matrix[..., None, None] / 4
    else:
        conv.weight[:3, :3, 1, 1] = matrix
    if conv.bias is not None:
        conv.bias.mul_(damp)
        conv.bias[:3] = 0 if offset is None else offset


def _blocks(vae: AutoencoderTiny) -> list[nn.Module]:
    return [m for m in vae.modules() if type(m).__name__ == "AutoencoderTinyBlock"]


def _between_blocks(half: nn.Module) -> list[nn.Conv2d]:
    """The convolutions outside the residual blocks, in the order of use."""
    return [layer for layer in half.layers if isinstance(layer, nn.Conv2d)]
