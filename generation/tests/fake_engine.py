"""Stands in for diffusers: draws stripes, the same ones for the same request.

The model's address chooses what it does, with a number of seconds a step after a colon:
steady, slow, slow:0.5; load:2 (takes so long to load), hang (stops in its second step), crash,
poison (kills its process), memory, lost (the device), missing (can't be loaded).
"""

import hashlib
import os
import signal
import time

from PIL import Image

from generation.providers.base import Picture
from generation.providers.errors import DeviceLost, ModelTrouble, OutOfMemory

SECONDS_A_STEP = {"slow": 0.7}


class Provider:
    device = "imagination"
    precision = "fp32"
    memory = None

    def __init__(self):
        self.loaded = ()
        self.calls = []

    def generate(self, requests, report):
        self.calls.append(list(requests))
        del self.calls[:-100]  # or a worker that draws thousands would weigh more and more
        first = requests[0]
        kind, _, number = first.address.partition(":")
        self.load(first.address, kind, float(number or 0))
        report(0)
        pause = float(number or 0) if kind == "slow" and number else SECONDS_A_STEP.get(kind, 0)
        for step in range(1, first.num_inference_steps + 1):
            self.misbehave(kind, step)
            time.sleep(pause)
            report(step, lambda index: draw(requests[index]).resize((32, 32)))
        made_by = {"scheduler": "Stripes", "device": self.device}
        return [Picture(draw(request), made_by) for request in requests]

    def load(self, address, kind, seconds):
        if kind == "missing":
            raise ModelTrouble("This model's files are not there.", code="model_missing")
        if kind == "load":
            time.sleep(seconds)
        self.loaded = (address, *(other for other in self.loaded if other != address))[:2]

    def tidy(self):
        pass

    def misbehave(self, kind, step):
        if step < 2:
            return
        if kind == "hang":
            time.sleep(3600)
        elif kind == "crash":
            raise ZeroDivisionError("the fake engine crashed, as asked")
        elif kind == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        elif kind == "memory":
            raise OutOfMemory("the fake engine has no memory, as asked")
        elif kind == "lost":
            raise DeviceLost("The device that draws broke down.", details="as asked")


def draw(request):
    """Stripes in colours made from prompt and seed."""
    digest = hashlib.sha256(f"{request.prompt}|{request.seed}".encode()).digest()
    image = Image.new("RGB", (request.width, request.height))
    for number in range(8):
        colour = tuple(digest[number * 3 : number * 3 + 3])
        image.paste(colour, (number * request.width // 8, 0, request.width, request.height))
    return image
