"""What a check noticed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.models import Reason


@dataclass(frozen=True)
class Finding:
    reason: Reason
    checker: str  # what noticed it: words, pixazo, the name of a service
    details: Mapping[str, Any] = field(default_factory=dict)  # for staff
