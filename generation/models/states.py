"""The states of a job, and the two fixed tables that map them to the APIs' words (C03)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy


class State(models.TextChoices):
    QUEUED = "queued", gettext_lazy("In queue")
    PREPARING = "preparing", gettext_lazy("Loading model")
    RUNNING = "running", gettext_lazy("Drawing")
    SAVING = "saving", gettext_lazy("Saving")
    SUCCEEDED = "succeeded", gettext_lazy("Done")
    FAILED = "failed", gettext_lazy("Failed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    BLOCKED = "blocked", gettext_lazy("Held back")
    EXPIRED = "expired", gettext_lazy("Expired")


class Written(models.Value):
    """A state as a literal of the statement. Of a parameter SQLite doesn't see that a partial index
    holds all that is asked for, and would read every job there ever was."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"'{State(self.value).value}'", ()


# In a worker's hands.
ACTIVE = (State.PREPARING, State.RUNNING, State.SAVING)
UNFINISHED = (State.QUEUED, *ACTIVE)
FINAL = (State.SUCCEEDED, State.FAILED, State.CANCELLED, State.BLOCKED, State.EXPIRED)
# What a person may ask for again.
RETRYABLE = (State.FAILED, State.CANCELLED, State.EXPIRED)

# The words of `/api/status` (S413).
JOB_WORDS: dict[str, str] = {
    State.QUEUED: "PENDING",
    **dict.fromkeys(ACTIVE, "PROCESSING"),
    State.SUCCEEDED: "COMPLETED",
    **dict.fromkeys(FINAL[1:], "FAILED"),
}

# Those of `/api/image-playground/status` (S384), whose clients write them small.
PLAYGROUND_WORDS: dict[str, str] = {
    State.QUEUED: "pending",
    **dict.fromkeys(ACTIVE, "processing"),
    State.SUCCEEDED: "success",
    **dict.fromkeys(FINAL[1:], "error"),
}
