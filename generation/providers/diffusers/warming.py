"""Compiles what is to be compiled while the model is loaded, not while a picture is waited for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generation.providers.base import ImageRequest
from generation.providers.diffusers import drawing

STEPS = 2  # the least that every family knows


def warm(pipeline: Any, request: ImageRequest, sizes: Sequence[tuple[int, int]]) -> None:
    """Draw a picture of each size, of width and height, from words like the request's."""
    plain = replace(
        request, mode="text", references=(), loras=(), scheduler="", num_inference_steps=STEPS
    )
    for width, height in sizes:
        drawing.draw(pipeline, [replace(plain, width=width, height=height)], _Silence())


class _Silence:
    def __call__(self, step: int, preview: Any = None) -> None:
        pass

    def sent(self, number: int, remote_id: str) -> None:
        pass
