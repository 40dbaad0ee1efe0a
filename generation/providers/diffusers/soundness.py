"""Whether numbers became a picture: what is not a number, what is black, what is of one colour."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_noop
from PIL.Image import Image

ONE_COLOUR = gettext_noop("This picture is of one colour only.")


def are_finite(tensor: Any) -> list[bool]:
    """Of each picture's numbers in a batch."""
    return tensor.flatten(1).isfinite().all(dim=1).tolist()


def is_black(image: Image) -> bool:
    return all(high == 0 for _, high in _extrema(image))


def remark(image: Image) -> str:
    return ONE_COLOUR if all(low == high for low, high in _extrema(image)) else ""


def _extrema(image: Image) -> tuple[tuple[int, int], ...]:
    return image.convert("RGB").getextrema()  # type: ignore[return-value]


def can_decode_better(pipeline: Any) -> bool:
    """Whether full precision is more than its decoder has, and can be had: weights that are
    offloaded one by one come back from elsewhere, as they were stored."""
    import torch

    vae = getattr(pipeline, "vae", None)
    if vae is None or vae.dtype == torch.float32:
        return False
    return not any(parameter.is_meta for parameter in vae.parameters())


@contextmanager
def decoder_in_full_precision(pipeline: Any) -> Iterator[None]:
    """Half precision overflows in some autoencoders: the picture turns black."""
    import torch

    if not can_decode_better(pipeline):
        yield
        return
    vae = pipeline.vae
    before, decode, encode = vae.dtype, vae.decode, vae.encode
    vae.to(torch.float32)
    # Most pipelines hand over latents in the precision of the rest.
    vae.decode = lambda latents, *args, **kwargs: decode(latents.float(), *args, **kwargs)
    vae.encode = lambda pixels, *args, **kwargs: encode(pixels.float(), *args, **kwargs)
    try:
        yield
    finally:
        del vae.decode, vae.encode
        vae.to(before)
