"""The words that the site itself lays beside a prompt: what prompts often leave open, the words by
which they say it, and what may be added.

They are English, as the models read it. The styles that ship with the site are part of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_noop

from workspaces.first_words import STYLES

ANY = ""  # for whatever the picture shows


@dataclass(frozen=True)
class Aspect:
    """Something that a prompt may say. `phrases` are by what the picture shows."""

    name: str
    cues: str  # words by which a prompt has said it
    why: str  # what is told of an addition
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def said(self) -> re.Pattern[str]:
        return words_of(self.cues)

    def offered(self, kind: str) -> tuple[str, ...]:
        return self.phrases.get(kind) or self.phrases.get(ANY, ())


def words_of(cues: str) -> re.Pattern[str]:
    """Words that are parted by spaces; `_` stands for a space within one, `*` for any ending."""
    each = (re.escape(cue).replace("_", r"[\s-]+").replace(r"\*", r"\w*") for cue in cues.split())
    return re.compile(rf"\b(?:{'|'.join(each)})\b", re.IGNORECASE)


# What a picture shows; the first that a prompt names.
KINDS: dict[str, re.Pattern[str]] = {
    "sign": words_of("logo icon sticker emblem badge poster sign lettering typography monogram"),
    "person": words_of(
        "man men woman women girl boy child children kid people person portrait face selfie crowd"
        " knight wizard witch princess prince king queen astronaut dancer sailor warrior monk baker"
        " fisherman grandmother grandfather mann frau kind gesicht"
    ),
    "animal": words_of(
        "cat cats kitten dog dogs puppy horse fox owl bird birds bear wolf deer rabbit hare lion"
        " tiger elephant whale fish butterfly bee dragon unicorn dinosaur katze hund fuchs vogel"
    ),
    "place": words_of(
        "landscape mountain* hill hills valley sea ocean coast beach lake river waterfall forest"
        " wood woods field meadow desert island garden city town village street alley bridge tower"
        " house cottage cabin castle ruin* temple church lighthouse harbour harbor room kitchen"
        " library skyline sky space planet boat ship sailboat balloon tent train haus burg meer"
        " berg* wald stadt schloss"
    ),
    "thing": words_of(
        "cup mug bottle glass vase chair table lamp clock book watch shoe shoes car bicycle cake"
        " bread fruit apple food dish burger coffee tea flower* rose product toy robot guitar"
    ),
}

MEDIUM = Aspect(
    "medium",
    "photo* photograph* portrait_photo picture_of painting paint* painted watercolo* aquarell*"
    " oil acrylic gouache sketch* drawing drawn pencil charcoal ink pastel illustration*"
    " illustrated vector flat pixel_art pixelated 8-bit 3d render* rendered cgi anime manga cartoon"
    " comic linocut woodcut engraving etching print collage mosaic stained_glass origami clay"
    " low_poly isometric lego concept_art poster_art ölgemälde zeichnung foto*",
    gettext_noop("“%(words)s”: the prompt did not say what it is made with."),
    {
        "person": (
            "photograph, 85 mm lens, natural skin",
            "oil painting, visible brushstrokes",
            "charcoal drawing on rough paper",
            "gouache illustration",
        ),
        "animal": (
            "photograph, long lens, natural colours",
            "gouache illustration",
            "ink and watercolour",
            "storybook illustration",
        ),
        "place": (
            "photograph, wide lens, natural colours",
            "oil painting, visible brushstrokes",
            "gouache illustration",
            "linocut print, bold shapes",
            *(words.removeprefix("{prompt}, ") for _n, _f, words, _o in STYLES[:2]),
        ),
        "thing": (
            "product photograph, plain background",
            "still life in oil",
            "flat illustration, clean shapes, few colours",
        ),
        "sign": (
            "flat vector design, clean edges, plain background",
            "screen print, two colours",
        ),
        ANY: (
            "gouache illustration",
            "oil painting, visible brushstrokes",
            "photograph, natural colours",
        ),
    },
)
LIGHT = Aspect(
    "light",
    "light lights lit lighting lighted sun sunny sunlight sunset sunrise dawn dusk evening morning"
    " noon midday night midnight moon* moonlit moonlight neon shadow* backlit golden_hour"
    " blue_hour candle* glow* lamp lamplight lantern* overcast foggy fog mist misty"
    " haze dark bright storm* starry"
    " nacht nachts abend* morgen* licht sonne* mond*",
    gettext_noop("“%(words)s”: the prompt did not say how it is lit."),
    {
        "person": ("soft window light", "warm evening light", "rim light from behind"),
        "animal": ("soft morning light", "dappled light through leaves", "low evening sun"),
        "place": (
            "golden hour, long shadows",
            "blue hour",
            "soft light after rain",
            "early morning mist",
        ),
        "thing": ("soft studio light", "light from a window on the left"),
        ANY: ("soft daylight", "warm evening light"),
    },
)
VIEW = Aspect(
    "view",
    "close-up close_up closeup macro wide_shot wide_angle wide_view view angle panorama panoramic"
    " from_above from_below aerial bird's-eye bird's_eye headshot half-length full_body portrait"
    " profile centred centered in_the_centre in_the_middle foreground symmetrical composition"
    " framed shot rule_of_thirds on_the_left on_the_right",
    gettext_noop("“%(words)s”: the prompt did not say from where it is seen."),
    {
        "person": ("half-length portrait", "close-up, eye level", "full figure, seen from afar"),
        "animal": ("close-up, eye level", "whole figure, low angle"),
        "place": ("wide view", "seen from a hill", "low angle, large sky", "seen from above"),
        "thing": ("close-up, slightly from above", "centred, plenty of room around it"),
        "sign": ("centred, plenty of room around it",),
        ANY: ("wide view", "centred composition"),
    },
)
COLOUR = Aspect(
    "colour",
    "red orange yellow green blue teal turquoise purple violet pink brown black white grey gray"
    " gold golden silver colour* color* pastel* monochrome sepia vivid saturated muted palette"
    " black_and_white rot rote roter rotes blau* grün* gelb* bunt*",
    gettext_noop("“%(words)s”: the prompt did not name any colours."),
    {
        "sign": ("two colours and white", "dark blue and warm yellow"),
        "person": ("warm muted colours", "deep greens and skin tones"),
        ANY: (
            "muted earth colours",
            "teal and orange",
            "soft pastel colours",
            "few colours, one bright accent",
        ),
    },
)
MOOD = Aspect(
    "mood",
    "mood calm peaceful quiet serene dramatic gloomy moody cheerful happy sad lonely melanchol*"
    " mysterious eerie spooky cozy cosy epic playful funny romantic dreamy tense hopeful festive"
    " majestic whimsical ruhig* fröhlich* düster*",
    gettext_noop("“%(words)s”: the prompt did not say what mood it has."),
    {
        "person": ("thoughtful mood", "quiet confidence", "warm and friendly"),
        "animal": ("curious, playful mood", "calm mood"),
        "place": ("calm and wide", "slightly mysterious", "peaceful mood", "dramatic mood"),
        ANY: ("calm mood", "playful mood"),
    },
)
DETAIL = Aspect(
    "detail",
    "detail* intricate texture* textured sharp bokeh blurred blurry minimal* simple clean depth"
    " ornate elaborate",
    gettext_noop("“%(words)s”: the prompt did not say how much detail it has."),
    {
        "person": ("blurred background", "fine detail in the eyes and hair"),
        "animal": ("fine detail in the fur", "blurred background"),
        "place": ("fine detail in the foreground", "layers of depth"),
        "thing": ("sharp detail, blurred background",),
        "sign": ("simple shapes",),
        ANY: ("fine detail",),
    },
)
# In the order in which they are laid behind the prompt.
ASPECTS = (VIEW, LIGHT, MOOD, COLOUR, DETAIL, MEDIUM)
# In the order in which they are worth most where not all have room.
WORTH = ("medium", "light", "view", "colour", "mood", "detail")

# What a picture of some kind is better without, by what it is made with.
LEFT_OUT = {
    "photo": "drawing, painting, 3d render",
    "painted": "photo, 3d render",
    "drawn": "photo, 3d render, saturated colours",
    "person": "deformed hands, extra fingers",
    ANY: "blurry, low quality",
}
PHOTO = words_of("photo* photograph* lens mm foto*")
PAINTED = words_of("painting painted watercolo* oil gouache acrylic aquarell* ölgemälde linocut")
DRAWN = words_of("sketch* drawing drawn pencil charcoal ink zeichnung")

# The same for the starter model, which reads past all words that are not of its small world.
STARTER_WORLD = words_of(
    "house cottage home cabin tree boat sailboat ship balloon hot-air_balloon lighthouse castle"
    " fortress car automobile tent"
)
STARTER_ASPECTS = (
    Aspect(
        "ground",
        "field grass meadow grassland sea ocean water lake island desert sand dunes snow snowy"
        " winter",
        gettext_noop("“%(words)s”: the prompt did not say what is on the ground."),
        {ANY: ("in a meadow", "by the sea", "in the desert", "in the snow")},
    ),
    Aspect(
        "background",
        "mountain* hill hills forest",
        gettext_noop("“%(words)s”: the prompt did not say what is behind it."),
        {ANY: ("in front of mountains", "over rolling hills", "pine forest in the background")},
    ),
    Aspect(
        "light",
        "day daytime sunny blue_sky sunset dusk evening orange_sky golden_hour night midnight"
        " starry overcast grey gray cloudy gloomy sun moon",
        gettext_noop("“%(words)s”: the prompt did not say how it is lit."),
        {
            ANY: (
                "at sunset, orange sky",
                "a sunny day, clear blue sky",
                "night, under a full moon",
                "night, crescent moon",
            )
        },
    ),
    Aspect(
        "weather",
        "clouds cloudy birds rain rainy raining snowfall snowing snowflakes falling_snow",
        gettext_noop("“%(words)s”: the prompt did not say what is in the sky."),
        {ANY: ("with clouds", "birds in the sky", "flying birds")},
    ),
    Aspect(
        "medium",
        "flat vector sketch* drawing hand-drawn pencil pixel pixelated 8-bit watercolo*",
        gettext_noop("“%(words)s”: the prompt did not say what it is made with."),
        {ANY: ("watercolour", "flat illustration", "pencil sketch", "pixel art")},
    ),
)
