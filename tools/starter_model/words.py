"""The words of the starter's world, and the ordinary prompt words that it should read past."""

from __future__ import annotations

WAYS_TO_SAY: dict[str, dict[str, tuple[str, ...]]] = {
    "time": {
        "day": ("day", "daytime", "during the day", "a sunny day", "clear blue sky", "by day"),
        "sunset": ("sunset", "at sunset", "at dusk", "evening", "orange sky", "golden hour"),
        "night": ("night", "at night", "night sky", "a starry night", "dark night", "midnight"),
        "overcast": (
            *("overcast", "grey sky", "cloudy grey day", "gray sky", "gloomy weather"),
            "overcast sky",
        ),
    },
    "style": {
        "flat": (
            *("flat", "flat illustration", "flat design", "flat style", "vector art"),
            "flat vector illustration",
        ),
        "sketch": (
            *("sketch", "pencil sketch", "a drawing", "hand-drawn sketch", "pencil drawing"),
            "sketch style",
        ),
        "pixel": (
            *("pixel art", "pixel art style", "8-bit pixel art", "retro pixel art", "pixelated"),
        ),
        "watercolour": (
            *("watercolour", "watercolor", "watercolour painting", "watercolor painting"),
            *("in watercolour style", "a watercolor"),
        ),
    },
    "celestial": {
        "sun": ("sun", "the sun", "a bright sun", "under the sun"),
        "full moon": ("full moon", "a full moon", "under a full moon", "moon", "the moon"),
        "crescent moon": (
            *("crescent moon", "a crescent moon", "under a crescent moon", "new moon"),
        ),
    },
    "background": {
        "mountains": (
            *("mountains", "mountains in the background", "a mountain range"),
            "in front of mountains",
        ),
        "hills": ("hills", "rolling hills", "hills in the background", "over rolling hills"),
        "forest": (
            *("forest", "a forest in the background", "pine forest", "in front of a forest"),
            "in the forest",
        ),
    },
    "ground": {
        "field": (
            *("field", "in a green field", "on the grass", "meadow", "in a meadow", "grassland"),
            "in a field",
        ),
        "sea": (
            *("sea", "on the sea", "by the sea", "ocean", "on the ocean", "on the water", "lake"),
            *("on a lake", "island"),
        ),
        "desert": ("desert", "in the desert", "sand", "sand dunes"),
        "snow": ("snow", "in the snow", "snowy landscape", "winter", "snowy ground"),
    },
    "weather": {
        "clouds": ("clouds", "cloudy", "with clouds"),
        "birds": ("birds", "flying birds", "birds in the sky"),
        "rain": ("rain", "rainy", "in the rain", "raining"),
        "snowfall": ("snowfall", "snowing", "falling snow", "snowflakes"),
    },
    "subject": {
        "house": ("house", "cottage", "home", "cabin"),
        "tree": ("tree",),
        "boat": ("boat", "sailboat", "ship", "sailing boat"),
        "balloon": ("balloon", "hot air balloon", "hot-air balloon"),
        "lighthouse": ("lighthouse",),
        "castle": ("castle", "fortress"),
        "car": ("car", "automobile"),
        "tent": ("tent", "camping tent"),
    },
    "size": {"small": ("small", "little", "tiny"), "large": ("large", "big", "huge")},
    "position": {
        "left": ("on the left", "left"),
        "centre": ("in the centre", "in the center", "in the middle"),
        "right": ("on the right", "right"),
    },
}

PRAISE = (
    *("beautiful", "highly detailed", "high quality", "masterpiece", "4k", "nice", "detailed"),
    *("simple", "colourful", "colorful", "scenery", "landscape", "best quality", "art"),
    *("illustration of a scene", "peaceful", "calm", "view"),
)

# Not in the world: learnt only as words that change nothing.
STRANGERS = (
    "man woman girl boy child people person portrait face eyes hair dress hat cat dog horse fish "
    "dragon robot knight wizard princess king queen astronaut city street building tower bridge "
    "road river garden flower flowers park beach kitchen room table chair window door book cup "
    "coffee cake bread apple fruit guitar piano train plane bicycle bus rocket spaceship planet "
    "galaxy space star fire smoke fog mist light shadow glass metal wood stone gold silver neon "
    "cyberpunk fantasy magical epic dramatic cinematic cute funny old new modern ancient vintage "
    "abstract minimal realistic photorealistic hyperrealistic digital painting oil ink anime "
    "cartoon comic poster logo icon sticker wallpaper render concept style photo photograph "
    "photography lens camera focus depth sharp blurry soft warm cold bright vivid pastel dark "
    "moody cozy lonely happy sad sleeping sitting standing running walking holding wearing "
    "looking playing reading spring summer autumn morning breakfast holiday party wedding "
    "birthday christmas family friend love dream world adventure journey mystery story scene "
    "trending artstation unreal engine octane ultra hd resolution intricate elegant"
).split()

SMALL_WORDS = (
    "a an the of and with in on at by next to image picture no without under over near photo "
    "painting style for from into through around behind above below between is are it its this "
    "that very some two three many one my your very"
).split()
