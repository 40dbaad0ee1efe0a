"""What the stand-in refuses, in Stripe's shape: a status and an `error` object."""

from typing import Any


class Refused(Exception):
    """One answer other than 2xx; `type` is what Stripe's libraries choose their exception by."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        **further: str,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"message": message, "type": type, **further}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param


def missing(kind: str, id: str, param: str = "id") -> Refused:
    return Refused(f"No such {kind}: '{id}'", status=404, code="resource_missing", param=param)


def declined(message: str = "Your card was declined.") -> Refused:
    return Refused(
        message, status=402, type="card_error", code="card_declined", decline_code="generic_decline"
    )


def not_here(what: str) -> Refused:
    """Stripe can, the stand-in can't: a test must not pass on what was silently left out."""
    return Refused(f"The stand-in for Stripe does not do this: {what}.", code="not_in_stand_in")
