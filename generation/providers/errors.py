"""What can go wrong while a picture is made, as sentences a person may read."""


class Cancelled(Exception):
    """Raised by a report: nobody waits for the pictures of this call any more."""


class ProviderError(Exception):
    """`details` are for staff; `code` is stable. The job fails and costs nothing."""

    code = "provider_error"

    def __init__(self, sentence: str, *, code: str | None = None, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.details = details


class ModelTrouble(ProviderError):
    """The model itself can't be used: staff must look, other models are not touched."""

    code = "model_trouble"


class OutOfMemory(ProviderError):
    code = "out_of_memory"

    def __init__(self, details: str = "") -> None:
        super().__init__(
            "There was not enough memory for this picture. A smaller one may work.",
            details=details,
        )


class Busy(ProviderError):
    """A service asks to come back later: the picture waits again, the attempt does not count."""

    code = "service_busy"

    def __init__(self, sentence: str, *, retry_after: float, details: str = "") -> None:
        super().__init__(sentence, details=details)
        self.retry_after = retry_after  # seconds


class HeldBack(ProviderError):
    """A safety check, ours or a service's, stopped the picture. `reason` is one of
    `generation.models.Reason`."""

    code = "blocked"

    def __init__(self, sentence: str, *, reason: str = "other", details: str = "") -> None:
        super().__init__(sentence, details=details)
        self.reason = reason


class DeviceLost(ProviderError):
    """The device answers no more: this process must end, another may fare better."""

    code = "device_lost"
