"""What can go wrong while a picture is made, as sentences a person may read."""

from django.utils.translation import gettext as _


class Cancelled(Exception):
    """Raised by a report: nobody waits for the pictures of this call any more."""


class ProviderError(Exception):
    """`details` are for staff; `code` is stable. The job fails and costs nothing."""

    code = "provider_error"
    # Whether it speaks against the service as a whole: after several it is left alone for a while.
    is_fault = False

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
            _("There was not enough memory for this picture. A smaller one may work."),
            details=details,
        )


class Busy(ProviderError):
    """A service asks to come back later: the picture waits again, the attempt does not count.

    `retry_after` is how many seconds the service named, 0 if none: then ever longer. After `most`
    tries the job fails; None: it waits as long as it takes.
    """

    code = "service_busy"

    def __init__(
        self,
        sentence: str,
        *,
        retry_after: float = 0.0,
        most: int | None = None,
        code: str | None = None,
        details: str = "",
    ) -> None:
        super().__init__(sentence, code=code, details=details)
        self.retry_after = retry_after
        self.most = most


class Throttled(Busy):
    """Too many requests, says the service."""

    is_fault = True


class ServiceDown(Busy):
    """Not reached, or it says itself that it can't work at present: nothing was ordered."""

    code = "service_down"
    is_fault = True


class ServiceFailed(ProviderError):
    """It broke, or did not answer in time: it may have made the picture, so nobody asks again."""

    code = "service_failed"
    is_fault = True


class BadAnswer(ProviderError):
    """What came is not what was agreed. `details` hold its beginning."""

    code = "bad_answer"

    def __init__(self, details: str) -> None:
        super().__init__(_("The service's answer could not be used."), details=details)


class KeyRefused(ProviderError):
    """The key is wrong, may not do this, or has no money left: whoever gave it must look."""

    code = "service_key"


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


class TooSlow(ProviderError):
    code = "too_slow"

    def __init__(self) -> None:
        super().__init__(_("This picture took far longer than others like it and was given up."))
