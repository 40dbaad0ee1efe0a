"""Bad luck on purpose: what the API answers in place of the truth."""

import time
from dataclasses import dataclass
from typing import Any

BODIES: dict[int, dict[str, Any]] = {
    402: {"type": "card_error", "code": "card_declined", "message": "Your card was declined."},
    429: {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."},
}
ON_OUR_SIDE = {"type": "api_error", "message": "An error occurred on our side."}


@dataclass
class Fault:
    """For the next `times` requests whose "METHOD /path" contains `match`: a `status` with
    Stripe's shape of it, `html` (no JSON), after `hang` seconds, or no answer at all (`cut`).
    `after`: the work is done first, and only the answer is lost."""

    match: str = ""
    times: int = 1
    status: int = 500
    html: bool = False
    hang: float = 0.0
    cut: bool = False
    after: bool = False

    def meets(self, method: str, path: str) -> bool:
        """Used up by this."""
        if self.times < 1 or self.match not in f"{method} {path}":
            return False
        self.times -= 1
        return True

    def wait(self) -> None:
        time.sleep(self.hang)

    @property
    def error(self) -> dict[str, Any]:
        return {"error": BODIES.get(self.status, ON_OUR_SIDE)}
