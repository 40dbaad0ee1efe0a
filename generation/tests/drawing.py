"""What the tests of real drawing share: a request, a report that remembers, pictures to compare."""

from PIL import Image

from generation.providers.base import ImageRequest
from generation.providers.errors import Cancelled


def ask(address, **fields):
    request = {
        "prompt": "a red house",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 4,
        "guidance_scale": 4.0,
        "seed": 7,
    }
    return ImageRequest(address=str(address), **request | fields)


class Listener:
    """A report that remembers, and stops the call after a step if it is told to."""

    def __init__(self, stop_at=None):
        self.steps = []
        self.frames = []
        self.stop_at = stop_at

    def __call__(self, step, preview=None):
        self.steps.append(step)
        if preview:
            self.frames.append(preview(0))
        if step == self.stop_at:
            raise Cancelled

    def sent(self, number, remote_id):
        raise AssertionError("nothing is sent anywhere")


def draw(provider, *requests):
    """What the provider makes of one call."""
    return provider.generate(list(requests), Listener())


def pixels(picture):
    return picture.image.tobytes()


def difference(one, other):
    """The worst of all levels, of 255."""
    return max(abs(a - b) for a, b in zip(pixels(one), pixels(other), strict=True))


def noise(width=64, height=64):
    """A picture with something different in every place, the same each time."""
    levels = bytes((x * 37 + y * 91 + x * y) % 256 for y in range(height) for x in range(width * 3))
    return Image.frombytes("RGB", (width, height), levels)


def square(width=64, height=64, box=(16, 16, 48, 48)):
    """A mask: white in the box."""
    mask = Image.new("L", (width, height))
    mask.paste(255, box)
    return mask
