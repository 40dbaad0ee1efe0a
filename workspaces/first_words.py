"""The site's own styles, themes and lists: what a new site begins with. Staff may change them."""

from typing import Any

from django.utils.translation import gettext_noop

from workspaces.models import Scope, Style, Theme, WordList

# Name, words around the prompt, what is left out; a picture of each is in static/styles/.
STYLES: tuple[tuple[str, str, str, str], ...] = (
    (
        gettext_noop("Watercolour"),
        "watercolour",
        "{prompt}, watercolour painting, soft washes, paper texture",
        "photo, 3d render, sharp outlines",
    ),
    (
        gettext_noop("Flat colours"),
        "flat",
        "{prompt}, flat illustration, clean shapes, few colours",
        "photo, gradients, texture, noise",
    ),
    (
        gettext_noop("Pencil sketch"),
        "sketch",
        "{prompt}, pencil sketch, hatching, drawn on paper",
        "photo, saturated colours",
    ),
    (
        gettext_noop("Pixel art"),
        "pixel",
        "{prompt}, pixel art, 8-bit, few colours",
        "photo, blurry, smooth",
    ),
    (
        gettext_noop("Golden hour"),
        "golden",
        "{prompt}, at sunset, golden hour, orange sky, watercolour",
        "night, overcast, cold colours",
    ),
    (
        gettext_noop("Moonlit"),
        "moonlit",
        "{prompt}, at night, under a full moon, dark blue sky, watercolour",
        "day, sun, bright sky",
    ),
    (
        gettext_noop("Winter print"),
        "winter",
        "{prompt}, in the snow, falling snow, overcast, flat illustration",
        "summer, green grass, photo",
    ),
    (
        gettext_noop("Retro game"),
        "retro",
        "{prompt}, retro pixel art, at night, starry sky, vivid colours",
        "photo, smooth, blurry",
    ),
)
# Name, words before the prompt, what is said of it; a picture of each is in static/themes/.
THEMES: tuple[tuple[str, str, str, str], ...] = (
    (
        gettext_noop("By the sea"),
        "sea",
        "by the sea, on the water",
        gettext_noop("Puts everything on a coast."),
    ),
    (
        gettext_noop("High mountains"),
        "mountains",
        "in front of mountains, clear air",
        gettext_noop("A range behind every picture."),
    ),
    (
        gettext_noop("Deep winter"),
        "winter",
        "winter, snowy landscape",
        gettext_noop("Snow on the ground, whatever the style."),
    ),
    (
        gettext_noop("Long evening"),
        "evening",
        "evening, orange sky, long shadows",
        gettext_noop("Low warm light."),
    ),
)
LISTS = (
    ("colour", "red\norange\nyellow\ngreen\nblue\npurple\npink\nwhite"),
    ("time", "by day\nat sunset\nat night\non a grey day"),
    ("place", "in a field\nby the sea\nin the desert\nin the snow\nin front of mountains"),
)


def seed() -> None:
    """Make what is missing, by name; what staff changed stays. Those of a site that was made before
    they had pictures get theirs."""
    _make(
        Style,
        {
            name: {
                "positive_prompt": words,
                "negative_prompt": left_out,
                "position": position,
                "sample": f"styles/{file}.webp",
            }
            for position, (name, file, words, left_out) in enumerate(STYLES)
        },
    )
    _make(
        Theme,
        {
            name: {"base_prompt": words, "description": said, "sample": f"themes/{file}.webp"}
            for name, file, words, said in THEMES
        },
    )
    _make(WordList, {name: {"lines": lines} for name, lines in LISTS})


def _make(kind: Any, rows: dict[str, dict[str, Any]]) -> None:
    ours = kind.objects.filter(scope=Scope.SITE, name__in=rows)
    there = {row.name: row for row in ours}
    for name, values in rows.items():
        if name not in there:
            kind.objects.create(scope=Scope.SITE, name=name, **values)
        elif "sample" in values and not there[name].sample:
            ours.filter(name=name, sample="").update(sample=values["sample"])
