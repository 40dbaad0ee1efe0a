"""What lies outside the mask stays as it was: the source is laid over the drawn picture there."""

from PIL import Image, ImageChops, ImageFilter

FEATHER = 8  # pixels inside the mask over which drawn and kept run into each other


def paste(drawn: Image.Image, source: Image.Image, mask: Image.Image) -> Image.Image:
    """The drawn picture where the mask is white, the source, pixel for pixel, where it is black.

    The feathered edge lies within the mask, so that nothing outside it changes.
    """
    source = source.convert("RGB")
    return Image.composite(drawn.convert("RGB"), source, _feathered(mask.convert("L")))


def _feathered(mask: Image.Image) -> Image.Image:
    """Full only deep inside the mask; nothing where it is black."""
    # Smaller by the blur's reach first: a blurred edge would else lie half outside.
    inner = mask.filter(ImageFilter.MinFilter(2 * (FEATHER // 2) + 1))
    soft = inner.filter(ImageFilter.GaussianBlur(FEATHER / 4))
    # A small or thin mask is drawn in full: eroded it would be gone.
    if not inner.getbbox():
        return mask
    return ImageChops.multiply(soft, mask.point(lambda level: 255 if level else 0))
