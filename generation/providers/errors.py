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
