"""Draws the site's own icons and the card that goes with a link to it: `python -m tools.icons`

The same shape as `static/favicon.svg`, for those that take no SVG; the card also shows pictures of
`static/showcase/`. Run it again when either has changed.
"""

import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "static"
FOLDER = STATIC / "icons"
INTER = ROOT / "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
PANEL, PAPER, BLUE, QUIET = "#161618", "#ececef", "#5b88ff", "#b0b0ba"
FINER = 8  # drawn so many times as large, then made smaller: smooth edges


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for side in (180, 192, 512):
        # iOS rounds the corners itself and fills what is see-through with black.
        icon(side, 0 if side == 180 else 0.2, 0.74).save(FOLDER / f"{side}.png", optimize=True)
    # Android cuts its own shape out of it: the mark stays within the safe zone.
    icon(512, 0, 0.52).save(FOLDER / "maskable.png", optimize=True)
    card().save(FOLDER / "card.jpg", quality=88, optimize=True)


def icon(side: int, roundness: float, share: float) -> Image.Image:
    """The mark on the panel's grey, taking so much of the square."""
    large = side * FINER
    image = Image.new("RGBA", (large, large))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, large - 1, large - 1), large * roundness, PANEL)
    mark(draw, (large * (1 - share) / 2,) * 2, large * share)
    return image.resize((side, side), Image.Resampling.LANCZOS)


def mark(draw: ImageDraw.ImageDraw, at: tuple[float, float], side: float) -> None:
    """Two tiles and a half ellipse, on a grid of 20 as in the SVG."""

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        unit = side / 20
        return (
            at[0] + left * unit,
            at[1] + top * unit,
            at[0] + right * unit,
            at[1] + bottom * unit,
        )

    corner = side / 20
    draw.rounded_rectangle(box(1, 1, 8, 9), corner, PAPER, corners=(True, False, False, False))
    draw.rounded_rectangle(box(1, 11, 8, 19), corner, PAPER, corners=(False, False, False, True))
    draw.pieslice(box(2, 1, 20, 17), -90, 90, BLUE)


def card() -> Image.Image:
    """What is shown beside a link: 1200 by 630, the mark, the sentence and six pictures."""
    width, height, gap = 1200, 630, 8
    image = Image.new("RGB", (width * 2, height * 2), "#0e0e10")
    draw = ImageDraw.Draw(image)
    mark(draw, (128, 120), 120)
    draw.text((280, 128), "Pixazo", PAPER, font(84, 650))
    for line, words in enumerate(("From a sentence", "to a picture", "you meant")):
        draw.text((128, 420 + line * 132), words, PAPER, font(116, 650))
    draw.text((128, 900), "A workspace for text-to-image", QUIET, font(44, 450))
    listed = json.loads((STATIC / "showcase" / "pictures.json").read_text())[:6]
    side = (height * 2 - 4 * gap) // 3
    for place, each in enumerate(listed):
        with Image.open(STATIC / "showcase" / each["file"]) as picture:
            tile = picture.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        column, row = place % 2, place // 2
        left = width * 2 - (2 - column) * (side + gap)
        image.paste(tile, (left, gap + row * (side + gap)))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(INTER, size)
    face.set_variation_by_axes([weight])
    return face


if __name__ == "__main__":
    main()
