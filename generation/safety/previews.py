"""What may be shown of a picture that is not finished, and so has not passed the policy yet."""

from PIL.Image import Image, Resampling

from generation.models import Job
from generation.safety import outputs

# So few pixels across show colours and composition, and nothing that could be recognised.
ACROSS = 10


def shown(frame: Image, job: Job) -> Image:
    """The frame itself, or coarse squares where pictures are looked at before they are shown."""
    if not outputs.is_looked_at(job):
        return frame
    height = max(1, round(frame.height * ACROSS / frame.width))
    coarse = frame.convert("RGB").resize((ACROSS, height), Resampling.BOX)
    return coarse.resize(frame.size, Resampling.NEAREST)
