"""A larger canvas around a picture, and the mask of what is to be drawn on it."""

from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import ImageFilter, ImageOps

# Of the picture's own edge so many pixels are drawn anew too, so that no seam stays.
OVERLAP = 16
Size = tuple[int, int]


@dataclass(frozen=True)
class Margins:
    """Pixels that are added on each side."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def inside(self, size: Size) -> tuple[int, int, int, int]:
        """Where the picture lies on a canvas of that size: left, top, right, bottom."""
        width, height = size
        return self.left, self.top, width - self.right, height - self.bottom


def canvas(picture: Pillow.Image, size: Size, margins: Margins) -> Pillow.Image:
    """The picture in its place; around it its own edge, drawn out and blurred.

    A model begins there from the picture's own colours, and not from grey.
    """
    box = margins.inside(size)
    picture = _of_size(picture, (box[2] - box[0], box[3] - box[1]))
    around = _drawn_out(picture, size, box)
    radius = max(margins.left, margins.top, margins.right, margins.bottom) / 8
    around = around.filter(ImageFilter.GaussianBlur(radius))
    around.paste(picture, box[:2])
    return around


def canvas_mask(size: Size, margins: Margins) -> Pillow.Image:
    """White where the canvas is to be drawn on, with a little of the picture's edge."""
    left, top, right, bottom = margins.inside(size)
    overlap = min(OVERLAP, (right - left) // 4, (bottom - top) // 4)
    kept = (
        left + (overlap if margins.left else 0),
        top + (overlap if margins.top else 0),
        right - (overlap if margins.right else 0),
        bottom - (overlap if margins.bottom else 0),
    )
    mask = Pillow.new("L", size, 255)
    mask.paste(0, kept)
    return mask


def _of_size(picture: Pillow.Image, size: Size) -> Pillow.Image:
    """Cut by the few pixels that a side had beyond the model's step."""
    return picture if picture.size == size else ImageOps.fit(picture, size)


def _drawn_out(picture: Pillow.Image, size: Size, box: tuple[int, int, int, int]) -> Pillow.Image:
    """Each edge's pixels repeated outwards, first to the sides, then up and down."""
    left, top, right, bottom = box
    width, height = size
    whole = Pillow.new("RGB", size)
    whole.paste(picture, (left, top))
    for column, place, wide in ((left, 0, left), (right - 1, right, width - right)):
        if wide:
            edge = whole.crop((column, top, column + 1, bottom))
            whole.paste(edge.resize((wide, bottom - top)), (place, top))
    for row, place, high in ((top, 0, top), (bottom - 1, bottom, height - bottom)):
        if high:
            edge = whole.crop((0, row, width, row + 1))
            whole.paste(edge.resize((width, high)), (0, place))
    return whole
