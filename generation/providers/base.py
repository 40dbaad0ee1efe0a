"""What crosses the border between the engine and those who make pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL.Image import Image


@dataclass(frozen=True)
class ImageRequest:
    """One picture to be made. The arguments bear diffusers' names; sizes are in pixels."""

    address: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    num_inference_steps: int
    guidance_scale: float
    seed: int
    api_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Picture:
    """What was made, and by what: scheduler, device, precision, library versions."""

    image: Image
    made_by: Mapping[str, Any]


# Makes a small picture of how far request number `n` of the call has come, or None.
Preview = Callable[[int], Image | None]


class Report(Protocol):
    """Called by a provider with step 0 when the model is loaded, then after each step.

    Raises `Cancelled` when nobody waits for any picture of the call any more: let it pass.
    """

    def __call__(self, step: int, preview: Preview | None = None) -> None: ...


class Provider(Protocol):
    """One object per process, used by one thread at a time."""

    device: str
    precision: str

    @property
    def loaded(self) -> tuple[str, ...]:
        """The addresses in memory, latest used first."""
        ...

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Picture]:
        """A picture for each request, in their order.

        All requests have the same address, size, steps and guidance. Raises a `ProviderError`.
        """
        ...
