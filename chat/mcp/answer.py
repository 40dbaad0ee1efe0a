"""What a tool has to say, before it is put into the protocol's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from generation.models import Image


@dataclass(frozen=True)
class Answer:
    """`text` is read by a model, `data` by programs. `pictures` come along as far as they fit, and
    as links. With `awaits`, a batch, the call lasts until it is done or `seconds` are over, and is
    then answered by what `reporting.report` says of it."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)
    pictures: Sequence[Image] = ()
    awaits: UUID | None = None
    channel: str = ""
    seconds: float = 0.0
    notes: Sequence[str] = ()  # what the later answer says as well
