"""What crosses the border between the engine and those who make pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL.Image import Image

from generation.providers.errors import Cancelled, ProviderError


@dataclass(frozen=True)
class LoraUse:
    """A LoRA of the request: its file, what the file must be, and how much of it is mixed in."""

    slug: str
    path: str
    weight: float
    sha256: str = ""


@dataclass(frozen=True)
class ImageRequest:
    """One picture to be made. The arguments bear diffusers' names; sizes are in pixels.

    `mode` is text, image, inpaint or upscale: outpainting arrives as inpainting of a larger
    picture, a variation as image. White in `mask` is drawn anew. `source` and `mask` have the size
    of the picture, except for upscaling.
    """

    address: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    num_inference_steps: int
    guidance_scale: float
    seed: int
    mode: str = "text"
    strength: float | None = None
    scale: float | None = None
    source: Image | None = field(default=None, repr=False)
    mask: Image | None = field(default=None, repr=False)
    references: tuple[Image, ...] = field(default=(), repr=False)
    scheduler: str = ""  # a name in the contract's list; empty: the model's own
    loras: tuple[LoraUse, ...] = ()
    family: str = ""
    weights_sha256: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # ImageModel.options
    # Of a service elsewhere:
    adapter: Mapping[str, Any] = field(default_factory=dict)  # ImageModel.adapter
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    key_header: str = "Authorization"  # bears the key, behind the prefix
    key_prefix: str = "Bearer"
    calls_a_minute: int = 60  # that the service takes from this key
    # Where the service can fetch them: signed, for a short while.
    source_url: str = field(default="", repr=False)
    mask_url: str = field(default="", repr=False)
    token: str = ""  # the same for each attempt at this picture
    remote_id: str = ""  # what the service called it in an earlier attempt


@dataclass(frozen=True)
class Picture:
    """What was made, and by what: scheduler, device, precision, library versions."""

    image: Image
    made_by: Mapping[str, Any]
    remark: str = ""  # what is odd about it
    # The file as a service delivered it, where that bears credentials (C2PA).
    received: bytes = field(default=b"", repr=False)


# What has become of one request of a call; cancelled: it was not even asked for.
Outcome = Picture | ProviderError | Cancelled


# Makes a small picture of how far request number `n` of the call has come, or None.
Preview = Callable[[int], Image | None]


class Report(Protocol):
    """Called by a provider with step 0 when the model is loaded, then after each step.

    Raises `Cancelled` when nobody waits for any picture of the call any more: let it pass.
    """

    def __call__(self, step: int, preview: Preview | None = None) -> None: ...

    def sent(self, number: int, remote_id: str) -> None:
        """A service has accepted request `number` and calls it so: stored at once.

        Raises `Cancelled` when nobody waits for that picture any more: it must not be ordered.
        """
        ...


class Provider(Protocol):
    """One object per process. That of the gpu lane is used by one thread at a time; those of
    services by several."""

    device: str
    precision: str

    @property
    def loaded(self) -> tuple[str, ...]:
        """The addresses in memory, latest used first."""
        ...

    @property
    def memory(self) -> tuple[int, int] | None:
        """Bytes used and there in all, of the device; None where that is not known."""
        ...

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> Sequence[Outcome]:
        """A picture for each request, or why there is none, in their order.

        All requests have the same address, mode, size, steps and guidance. A `ProviderError` that
        is raised says that none was made: each request may be asked for again by itself. One that
        is returned is the end of that picture only.
        """
        ...

    def tidy(self) -> None:
        """Nothing waits at present: what has not been used for long may leave the memory."""
        ...
