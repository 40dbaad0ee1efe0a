"""What a room says of one method of a door: what it takes, what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pixazo.openapi.shapes import Schema


@dataclass(frozen=True)
class Operation:
    """`answer` None and no `files`: nothing is answered (204). `body` is sent as JSON, `form` as a
    multipart form, either where both are there. `also`: other good answers, by their status."""

    summary: str
    answer: Schema | None = None
    status: int = 200
    body: Schema | None = None
    form: Schema | None = None
    needs_body: bool = True
    query: Mapping[str, Schema] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    also: Mapping[int, Schema] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    says: str = ""

    @property
    def good(self) -> int:
        return self.status if self.answer is not None or self.files else 204


# Door -> method -> what is said of it.
Operations = Mapping[type, Mapping[str, Operation]]
