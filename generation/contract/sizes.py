"""Which sizes a model draws: for the usual ratios, and for a picture that is worked from."""

from collections.abc import Iterable

from generation.contract.parameter import Parameter

PRESETS = ("1:1", "4:5", "2:3", "3:2", "16:9", "9:16")
Size = tuple[int, int]


def presets(width: Parameter, height: Parameter, only: Iterable[Size]) -> dict[str, Size]:
    """A size for each ratio, with about the area of the default and inside the ranges; or that of
    the few possible sizes which comes near it."""
    area = width.default * height.default
    sizes = {}
    for name in PRESETS:
        across, down = (int(part) for part in name.split(":"))
        ratio = across / down
        size = _of_ratio(ratio, only) or (
            int(width.nearest((area * ratio) ** 0.5)),
            int(height.nearest((area / ratio) ** 0.5)),
        )
        if abs(size[0] / size[1] / ratio - 1) < 0.15:
            sizes[name] = size
    return sizes


def following(picture: Size, width: Parameter, height: Parameter, only: Iterable[Size]) -> Size:
    """The size to draw at when working from a picture.

    Its own, rounded to the step. One that is too large comes down to about the default's area,
    where the model draws best; one that is too small comes up until it fits.
    """
    across, down = picture
    if chosen := _of_ratio(across / down, only):
        return chosen
    factor = 1.0
    if across > width.max or down > height.max:
        factor = (width.default * height.default / (across * down)) ** 0.5
        factor = min(factor, width.max / across, height.max / down)
    elif across < width.min or down < height.min:
        factor = max(width.min / across, height.min / down)
    return int(width.nearest(across * factor)), int(height.nearest(down * factor))


def _of_ratio(ratio: float, sizes: Iterable[Size]) -> Size | None:
    """The first of the sizes whose ratio is nearest."""
    return min(sizes, key=lambda size: _distance(size, ratio), default=None)


def _distance(size: Size, ratio: float) -> float:
    own = size[0] / size[1] / ratio
    return max(own, 1 / own)
