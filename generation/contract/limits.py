"""The limits that hold for every model."""

PROMPT_LENGTH = 4000  # characters
MAX_SEED = 2**32 - 1
MAX_COUNT = 4  # C10
LORA_WEIGHT = 2.0  # from minus to plus
MAX_LORAS = 3
UPSCALED_SIDE = 4096  # pixels of an upscaled picture's longer side
# Pixels: a model that likes smaller pictures makes another picture of each part of a large one.
DETAILED_SIDE = 512

MODES = ("text", "image", "inpaint", "outpaint", "variation", "upscale")
# How much of a picture a variation of it draws anew.
VARIATIONS = {"subtle": 0.35, "strong": 0.7}
