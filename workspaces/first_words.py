"""The site's own styles, themes and lists: what a new site begins with. Staff may change them."""

from typing import Any

from workspaces.models import Scope, Style, Theme, WordList

# Name, words around the prompt, what is left out; a picture of each is in static/styles/.
STYLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "Watercolour",
        "watercolour",
        "{prompt}, watercolour painting, soft washes, paper texture",
        "photo, 3d render, sharp outlines",
    ),
    (
        "Flat colours",
        "flat",
        "{prompt}, flat illustration, clean shapes, few colours",
        "photo, gradients, texture, noise",
    ),
    (
        "Pencil sketch",
        "sketch",
        "{prompt}, pencil sketch, hatching, drawn on paper",
        "photo, saturated colours",
    ),
    ("Pixel art", "pixel", "{prompt}, pixel art, 8-bit, few colours", "photo, blurry, smooth"),
    (
        "Golden hour",
        "golden",
        "{prompt}, at sunset, golden hour, orange sky, watercolour",
        "night, overcast, cold colours",
    ),
    (
        "Moonlit",
        "moonlit",
        "{prompt}, at night, under a full moon, dark blue sky, watercolour",
        "day, sun, bright sky",
    ),
    (
        "Winter print",
        "winter",
        "{prompt}, in the snow, falling snow, overcast, flat illustration",
        "summer, green grass, photo",
    ),
    (
        "Retro game",
        "retro",
        "{prompt}, retro pixel art, at night, starry sky, vivid colours",
        "photo, smooth, blurry",
    ),
)
THEMES = (
    ("By the sea", "by the sea, on the water", "Puts everything on a coast."),
    ("High mountains", "in front of mountains, clear air", "A range behind every picture."),
    ("Deep winter", "winter, snowy landscape", "Snow on the ground, whatever the style."),
    ("Long evening", "evening, orange sky, long shadows", "Low warm light."),
)
LISTS = (
    ("colour", "red\norange\nyellow\ngreen\nblue\npurple\npink\nwhite"),
    ("time", "by day\nat sunset\nat night\non a grey day"),
    ("place", "in a field\nby the sea\nin the desert\nin the snow\nin front of mountains"),
)


def seed() -> None:
    """Make what is missing, by name; what staff changed stays."""
    for position, (name, file, words, left_out) in enumerate(STYLES):
        held = {"positive_prompt": words, "negative_prompt": left_out, "position": position}
        _make(Style, name, **held, sample=f"styles/{file}.webp")
    for name, words, description in THEMES:
        _make(Theme, name, base_prompt=words, description=description)
    for name, lines in LISTS:
        _make(WordList, name, lines=lines)


def _make(kind: Any, name: str, **values: Any) -> None:
    kind.objects.get_or_create(scope=Scope.SITE, name=name, defaults=values)
