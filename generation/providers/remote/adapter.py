"""How a model of a service is asked, as data that staff may write: `ImageModel.adapter`.

    {"may_repeat": true,
     "operations": {
       "text": {"path": "/getImage/v1/getSDXLImage",
                "fields": {"prompt": "prompt", "num_steps": "num_inference_steps", ...},
                "constants": {"output_format": "png"},
                "result": ["imageUrl"]}}}

`may_repeat` says that ordering twice costs no more than once: the model is free, or the service
honours an Idempotency-Key. `operations` are by mode: text, image, inpaint, upscale. `fields` name
what the service wants and what it gets of ours (`OURS`), or {"of": ours, "names": {"1024x1024":
"square_hd"}} where it has words of its own, or {"of": ours, "is_list": true}. What a request leaves
empty is not sent. `result` says where the picture's address is, if not at a usual place; `queue`,
beside the operations, how an order is asked for that is not answered at once (`queue.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest
from generation.providers.errors import ModelTrouble
from generation.providers.remote import queue
from generation.providers.remote.queue import Queue

MODES = ("text", "image", "inpaint", "upscale")
OURS = (
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "seed",
    "strength",
    "scale",
    "source_url",
    "mask_url",
    "size",
)
HEADER = re.compile(r"[A-Za-z0-9-]*")
SIZES = {"width", "height", "size"}
# Vendors' seeds are signed 32-bit numbers; ours have a bit more.
SEED_BITS = 2**31 - 1


@dataclass(frozen=True)
class Field:
    of: str
    names: Mapping[str, Any] = field(default_factory=dict)
    is_list: bool = False

    def value(self, request: ImageRequest) -> Any:
        value = ours(request, self.of)
        if value in (None, ""):
            return None
        if self.names:
            if str(value) not in self.names:
                raise ModelTrouble(
                    _("The service has no word for %(of)s %(value)s.")
                    % {"of": self.of, "value": value}
                )
            value = self.names[str(value)]
        return [value] if self.is_list else value


@dataclass(frozen=True)
class Operation:
    path: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    result: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether the request names the size, so that no other one will do. A size in the
        service's own words is as large as it pleases."""
        return any(each.of in SIZES and not each.names for each in self.fields.values())

    def body(self, request: ImageRequest) -> dict[str, Any]:
        asked = {name: each.value(request) for name, each in self.fields.items()}
        return dict(self.constants) | {
            name: value for name, value in asked.items() if value is not None
        }


@dataclass(frozen=True)
class Adapter:
    operations: Mapping[str, Operation]
    may_repeat: bool = False
    key_header: str = ""
    queue: Queue = field(default_factory=lambda: queue.parse({}))

    def operation(self, mode: str) -> Operation:
        if mode not in self.operations:
            raise ModelTrouble(
                _("This model's adapter has no operation for %(mode)s.") % {"mode": mode}
            )
        return self.operations[mode]


def ours(request: ImageRequest, name: str) -> Any:
    if name == "size":
        return f"{request.width}x{request.height}"
    if name == "seed":
        return request.seed & SEED_BITS
    return getattr(request, name)


def parse(data: Any, *, needs_paths: bool = False) -> Adapter:
    """Read the stored JSON. Raises `ValueError` with a sentence for staff.

    `needs_paths`: of a service whose models have a path each.
    """
    known = {"operations", "may_repeat", "key_header", "queue"}
    _expect(data, known, "The adapter")
    operations = data.get("operations", {})
    if not isinstance(operations, Mapping) or not operations:
        raise ValueError("The adapter must have operations, by mode.")
    if strange := sorted(set(operations) - set(MODES)):
        raise ValueError(f"operations doesn't know {', '.join(strange)}: {', '.join(MODES)}.")
    for name, kind in (("may_repeat", bool), ("key_header", str)):
        if not isinstance(data.get(name, kind()), kind):
            raise ValueError(f"{name} must be {'true or false' if kind is bool else 'a text'}.")
    read = {mode: _operation(mode, each) for mode, each in operations.items()}
    if needs_paths and (bare := sorted(mode for mode, each in read.items() if not each.path)):
        raise ValueError(f"{', '.join(bare)}: a path is missing.")
    if not HEADER.fullmatch(data.get("key_header", "")):
        raise ValueError("key_header must be the name of a header.")
    return Adapter(
        read,
        may_repeat=data.get("may_repeat", False),
        key_header=data.get("key_header", ""),
        queue=queue.parse(data.get("queue", {})),
    )


def _operation(mode: str, data: Any) -> Operation:
    _expect(data, {"path", "fields", "constants", "result"}, f"The operation {mode}")
    path = data.get("path", "")
    if not isinstance(path, str) or (path and not queue.is_path(path)):
        raise ValueError(f"{mode}: path must begin with one slash; the host is the service's.")
    constants = data.get("constants", {})
    if not isinstance(constants, Mapping):
        raise ValueError(f"{mode}: constants must be a JSON object.")
    result = data.get("result", [])
    if not isinstance(result, list) or not all(isinstance(each, str) for each in result):
        raise ValueError(f"{mode}: result must be a list of names.")
    fields = data.get("fields", {})
    if not isinstance(fields, Mapping):
        raise ValueError(f"{mode}: fields must be a JSON object.")
    read = {name: _field(mode, name, each) for name, each in fields.items()}
    return Operation(path, read, constants, tuple(result))


def _field(mode: str, name: str, data: Any) -> Field:
    if isinstance(data, str):
        data = {"of": data}
    _expect(data, {"of", "names", "is_list"}, f"{mode}: {name}")
    if data.get("of") not in OURS:
        raise ValueError(f"{mode}: {name} must be of one of these: {', '.join(OURS)}.")
    names = data.get("names", {})
    if not isinstance(names, Mapping):
        raise ValueError(f"{mode}: the names of {name} must be a JSON object.")
    return Field(data["of"], names, bool(data.get("is_list", False)))


def _expect(data: Any, known: set[str], what: str) -> None:
    if not isinstance(data, Mapping):
        raise ValueError(f"{what} must be a JSON object.")
    if strange := sorted(set(data) - known):
        raise ValueError(f"{what} doesn't know {', '.join(strange)}.")
